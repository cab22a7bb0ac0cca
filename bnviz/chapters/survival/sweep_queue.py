"""SweepQueue starts the sweeps of a process, a bounded number at once, and keeps their results."""

from __future__ import annotations

import threading

from bnviz.chapters.survival.cell_cache import CellCache
from bnviz.chapters.survival.sweep_job import SweepJob, cells_by_key
from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import SweepResult
from bnviz.training.permits import CorePermits

MAX_JOBS = 16
MAX_NETS = 1_000
MAX_NET_STEPS = 400_000


class SweepQueue:
    """Starts jobs that take turns: all sweeps of a process together use one core.

    Args:
        max_jobs: number of sweeps that may run at a time.
    """

    def __init__(self, max_jobs: int = MAX_JOBS) -> None:
        self.cache = CellCache()
        self._permits = CorePermits(1)
        self._max_jobs, self._lock = max_jobs, threading.Lock()
        self._jobs: list[SweepJob] = []

    def start(self, sweep: Sweep) -> SweepJob:
        """Start a sweep; raises InputError when it is too large or too many are running."""
        check_size(sweep)
        with self._lock:
            self._jobs = [job for job in self._jobs if job.running]
            if len(self._jobs) >= self._max_jobs:
                raise InputError(f"{self._max_jobs} sweeps are under way here already; try again in a while")
            job = SweepJob(sweep, self.cache, self._permits)
            self._jobs.append(job)
        return job

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
