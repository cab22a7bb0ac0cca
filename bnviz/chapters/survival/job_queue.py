"""The desk of a process: it starts sweeps, a bounded number of them, and keeps what they found."""

from __future__ import annotations

import threading

from bnviz.chapters.survival.cell_cache import KeptCells
from bnviz.chapters.survival.job import SweepJob, cells_by_key
from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import SweepResult
from bnviz.training.permits import CorePermits

MOST_JOBS = 16
MOST_NETS = 1_000
MOST_NET_STEPS = 400_000


class SweepDesk:
    """Starts jobs that take turns: all sweeps of a process together keep one core busy, no more.

    Args:
        most_jobs: sweeps that may be under way.
    """

    def __init__(self, most_jobs: int = MOST_JOBS) -> None:
        self.kept = KeptCells()
        self._permits = CorePermits(1)
        self._most, self._lock = most_jobs, threading.Lock()
        self._jobs: list[SweepJob] = []

    def start(self, sweep: Sweep) -> SweepJob:
        """Start a sweep; raises InputError when it is too large or too many are under way."""
        check_size(sweep)
        with self._lock:
            self._jobs = [job for job in self._jobs if job.running]
            if len(self._jobs) >= self._most:
                raise InputError(f"{self._most} sweeps are under way here already; try again in a while")
            job = SweepJob(sweep, self.kept, self._permits)
            self._jobs.append(job)
        return job

    def known(self, sweep: Sweep) -> SweepResult:
        """Return those nets of a sweep that were trained before, here."""
        dataset = load_dataset(sweep.base.dataset)
        found = self.kept.find(cells_by_key(sweep, dataset)) if len(self.kept) else []
        return SweepResult(sweep, tuple(found), 1 / dataset.n_classes, {})


def check_size(sweep: Sweep) -> None:
    """Raise InputError for a sweep that is too large for a page."""
    if sweep.size > MOST_NETS:
        raise InputError(f"a map here has at most {MOST_NETS:,} nets, this one would have {sweep.size:,}")
    if sweep.size * sweep.steps > MOST_NET_STEPS:
        found = f"{sweep.size * sweep.steps:,}"
        raise InputError(f"a map here has at most {MOST_NET_STEPS:,} steps of all nets, this one {found}")
