"""What the workers of a cluster run: the same functions as here, on one thread, by the same code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bnviz.cluster.made import made_of
from bnviz.config import InputError
from bnviz.data import Dataset
from bnviz.studies.study import Finished, Unit
from bnviz.studies.unit_run import run_unit
from bnviz.sweeps.engine import train_cells
from bnviz.sweeps.grid import Cell
from bnviz.sweeps.result import CellResult
from bnviz.training.threads import use_one_thread

_made_here = cache(made_of)  # once in the life of a worker


def train_chunk(
    made: str, dataset: Dataset, cells: Sequence[Cell], keys: Sequence[str], steps: int
) -> list[CellResult]:
    """Train the nets of one chunk of a sweep."""
    _get_ready(made)
    return train_cells(cells, keys, steps, dataset)


def train_unit(made: str, dataset: Dataset, unit: Unit) -> Finished:
    """Train and measure one unit of a study."""
    _get_ready(made)
    return run_unit(unit, dataset)


def _get_ready(made: str) -> None:
    if made != _made_here():
        raise InputError(f"a node of the cluster has {_made_here()}, the command {made}: results could differ")
    use_one_thread()
