"""Finished cells of a sweep, one JSON line each with its checksum, so that a stopped sweep can resume."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bnviz.data import Dataset
from bnviz.files.work_lines import append_rows, read_work
from bnviz.studies.samples import fingerprint
from bnviz.sweeps.engine import plan_chunks
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import CellResult, cell_from_dict, cell_to_dict

MAX_BYTES = 64 * 2**20


def read_progress(sweep: Sweep, dataset: Dataset, path: Path) -> list[CellResult]:
    """Return this sweep's finished cells in a file; damaged lines are named and put aside.

    After damage, the cells that trained in one stack with a lost one are not returned either: trained in another
    company, it would be rounded differently.
    """
    data_key = fingerprint(dataset)
    wanted = {cell.key(sweep.steps, data_key): cell for cell in sweep.cells()}
    found: dict[str, CellResult] = {}
    work = read_work(path, MAX_BYTES, cell_from_dict, "the nets that trained with theirs are trained again")
    for result in work.parts:
        cell = wanted.get(result.key)
        if cell is not None and (cell.arm, cell.row, cell.column) == (result.arm, result.row, result.column):
            found[result.key] = result
    if work.damaged:
        for _, keys in plan_chunks(sweep, dataset):
            if not found.keys() >= set(keys):
                for key in keys:
                    found.pop(key, None)
    return list(found.values())


def append_cells(path: Path, cells: Sequence[CellResult]) -> None:
    """Append finished cells to a file."""
    append_rows(path, [cell_to_dict(cell) for cell in cells])
