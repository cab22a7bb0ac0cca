"""The functions that a cluster's workers run: those of a local run, on one thread."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bnviz.cluster.package import package_fingerprint
from bnviz.config import InputError
from bnviz.data import Dataset
from bnviz.studies.study import StudyRun, UnitOutput
from bnviz.studies.study_runner import run_unit
from bnviz.sweeps.engine import train_cells
from bnviz.sweeps.grid import Cell
from bnviz.sweeps.result import CellResult
from bnviz.training.threads import use_one_thread

_own_fingerprint = cache(package_fingerprint)  # computed once per worker process


def train_chunk(
    fingerprint: str, dataset: Dataset, cells: Sequence[Cell], keys: Sequence[str], steps: int
) -> list[CellResult]:
    """Train the nets of one chunk of a sweep."""
    _prepare(fingerprint)
    return train_cells(cells, keys, steps, dataset)


def train_unit(fingerprint: str, dataset: Dataset, unit: StudyRun) -> UnitOutput:
    """Train and measure one unit of a study."""
    _prepare(fingerprint)
    return run_unit(unit, dataset)


def _prepare(fingerprint: str) -> None:
    if fingerprint != _own_fingerprint():
        raise InputError(
            f"a node of the cluster has {_own_fingerprint()}, the command {fingerprint}: results could differ"
        )
    use_one_thread()
