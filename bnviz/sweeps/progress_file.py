"""Finished cells of a sweep, one JSON line each, so that a stopped sweep can resume."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bnviz.config import InputError
from bnviz.data import Dataset
from bnviz.studies.samples import fingerprint
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import CellResult, cell_from_dict, cell_to_dict

MAX_BYTES = 64 * 2**20


def read_progress(sweep: Sweep, dataset: Dataset, path: Path) -> list[CellResult]:
    """Return this sweep's finished cells in a file; a line that is cut off or no cell is skipped."""
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        return []
    data_key = fingerprint(dataset)
    wanted = {cell.key(sweep.steps, data_key): cell for cell in sweep.cells()}
    found: dict[str, CellResult] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            result = cell_from_dict(json.loads(line))
        except (ValueError, RecursionError, TypeError, InputError):
            continue
        cell = wanted.get(result.key)
        if cell is not None and (cell.arm, cell.row, cell.column) == (result.arm, result.row, result.column):
            found[result.key] = result
    return list(found.values())


def append_cells(path: Path, cells: Sequence[CellResult]) -> None:
    """Append finished cells to a file."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(cell_to_dict(cell), allow_nan=False) + "\n" for cell in cells)
