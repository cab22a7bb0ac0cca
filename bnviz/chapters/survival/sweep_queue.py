"""SweepQueue puts sweeps into the queue of all tasks, and keeps the networks that they trained."""

from __future__ import annotations

from collections.abc import Callable

from bnviz.chapters.survival.cell_cache import CellCache
from bnviz.chapters.survival.sweep_job import SweepJob, cells_by_key
from bnviz.config import InputError
from bnviz.config.visitor import NOBODY, Visitor
from bnviz.data import load_dataset
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import SweepResult
from bnviz.training.shared import shared
from bnviz.training.tasks import TaskQueue

MAX_NETS = 1_000
MAX_NET_STEPS = 400_000


class SweepQueue:
    """Starts sweeps as tasks, and keeps their networks for later maps.

    Args:
        tasks: the queue; by default that of the process.
    """

    def __init__(self, tasks: TaskQueue | None = None) -> None:
        self.cache = CellCache()
        self._tasks = tasks or shared().tasks

    def start(
        self, sweep: Sweep, visitor: Visitor = NOBODY, is_open: Callable[[], bool] = lambda: True, page: str = ""
    ) -> SweepJob:
        """Start a sweep; raises InputError when it is too large, ``TaskRefusedError`` when too many are under way."""
        check_size(sweep)
        return SweepJob(sweep, self.cache, self._tasks, visitor, is_open, page)

    def cached_result(self, sweep: Sweep) -> SweepResult:
        """Return those networks of a sweep that this process has trained before."""
        dataset = load_dataset(sweep.base.dataset)
        found = self.cache.find(cells_by_key(sweep, dataset)) if len(self.cache) else []
        return SweepResult(sweep, tuple(found), 1 / dataset.n_classes, {})


def check_size(sweep: Sweep) -> None:
    """Raise InputError for a sweep that is too large for a page."""
    if sweep.size > MAX_NETS:
        raise InputError(f"a map here has at most {MAX_NETS:,} nets, this one would have {sweep.size:,}")
    if sweep.size * sweep.steps > MAX_NET_STEPS:
        found = f"{sweep.size * sweep.steps:,}"
        raise InputError(f"a map here has at most {MAX_NET_STEPS:,} steps of all nets, this one {found}")
