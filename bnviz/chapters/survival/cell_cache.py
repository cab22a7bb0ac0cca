"""Finished networks of this process by their hash, so that no sweep trains one twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bnviz.sweeps.grid import Cell
from bnviz.sweeps.result import CellResult

MAX_CACHED = 20_000


class CellCache:
    """Results by ``Cell.key``; the least recently used ones are dropped first. Safe from any thread.

    Args:
        max_cells: number of results that are kept.
    """

    def __init__(self, max_cells: int = MAX_CACHED) -> None:
        self._max_cells = max_cells
        self._lock = threading.Lock()
        self._cells: OrderedDict[str, CellResult] = OrderedDict()

    def __len__(self) -> int:
        return len(self._cells)

    def put(self, cells: Iterable[CellResult]) -> None:
        """Add results."""
        with self._lock:
            for cell in cells:
                self._cells[cell.key] = cell
                self._cells.move_to_end(cell.key)
            while len(self._cells) > self._max_cells:
                self._cells.popitem(last=False)

    def find(self, wanted: Mapping[str, Cell]) -> list[CellResult]:
        """Return the results of these networks that are cached, with arm, row and column of the given cells."""
        found = []
        with self._lock:
            for key, cell in wanted.items():
                result = self._cells.get(key)
                if result is not None:
                    self._cells.move_to_end(key)
                    found.append(replace(result, arm=cell.arm, row=cell.row, column=cell.column))
        return found
