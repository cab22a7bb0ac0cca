"""Permission to compute: fair permits for time slices, and a queue of runs."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event

SLICE_S = 0.05
"""Seconds that one run keeps a permit."""

RETURNS_S = 0.1
"""A run that gave its permit back so short a time ago is about to ask for the next one."""


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not everywhere
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class CorePermits:
    """A fixed number of permits, granted first come, first served.

    ``threading.Semaphore`` guarantees no order. With the runs of a whole class on two cores, some would starve, so
    here each waiting thread has a ticket.

    Args:
        count: most threads that compute at once; by default one per core.

    Attributes:
        count: the same.
    """

    def __init__(self, count: int | None = None) -> None:
        self.count = self._free = count or usable_cores()
        self._changed = Condition()
        self._waiting: deque[object] = deque()
        self._returned: deque[float] = deque()  # times at which slices ended whose runs may come again
        self._outside = 0

    @contextmanager
    def time_slice(self, stop: Event) -> Iterator[bool]:
        """Wait for a permit and hold it inside the block; yields False if ``stop`` was set instead.

        After ``stop`` is set, ``wake`` must be called.
        """
        granted = self._acquire(stop)
        try:
            yield granted
        finally:
            if granted:
                self._give_back(may_return=True)

    @contextmanager
    def spare(self) -> Iterator[bool]:
        """Hold a permit inside the block if there is one that nothing else needs; yields False otherwise, at once.

        None is spare while a thread waits for one. A run that trains gives its permit back after each slice and asks
        again; until ``RETURNS_S`` have passed, that permit is not spare.
        """
        granted = self._take_spare()
        try:
            yield granted
        finally:
            if granted:
                self._give_back(may_return=False)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Count the calling thread, which computes without a permit: ``spare`` leaves it a core."""
        with self._changed:
            self._outside += 1
        try:
            yield
        finally:
            with self._changed:
                self._outside -= 1

    @property
    def contended(self) -> bool:
        """Whether a thread waits for a permit."""
        return bool(self._waiting)

    @property
    def n_free(self) -> int:
        """Number of permits that are not in use."""
        return self._free

    @property
    def n_waiting(self) -> int:
        """Number of threads that wait for a permit."""
        return len(self._waiting)

    def wake(self) -> None:
        """Make waiting threads check their stop events."""
        with self._changed:
            self._changed.notify_all()

    def _acquire(self, stop: Event) -> bool:
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
            try:
                self._changed.wait_for(lambda: stop.is_set() or (self._free > 0 and self._waiting[0] is ticket))
                if stop.is_set():
                    return False
                self._free -= 1
                if self._returned:
                    self._returned.popleft()
                return True
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _give_back(self, may_return: bool) -> None:
        with self._changed:
            self._free += 1
            if may_return:
                self._returned.append(time.monotonic())
            self._changed.notify_all()

    def _take_spare(self) -> bool:
        with self._changed:
            while self._returned and time.monotonic() - self._returned[0] > RETURNS_S:
                self._returned.popleft()
            is_spare = not self._waiting and self._free > self._outside + len(self._returned)
            self._free -= is_spare
            return is_spare


class RunQueue:
    """Limits the number of runs that train at once; the others wait in the order of their arrival.

    Args:
        limit: most runs that train at once.
    """

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, got {limit}")
        self._limit = limit
        self._changed = Condition()
        self._runs: list[object] = []

    def enter(self, run: object) -> None:
        """Add a run at the end, unless it is in the queue."""
        with self._changed:
            if not any(other is run for other in self._runs):
                self._runs.append(run)

    def leave(self, run: object) -> None:
        """Remove a run; those after it move up."""
        with self._changed:
            self._runs = [other for other in self._runs if other is not run]
            self._changed.notify_all()

    def position(self, run: object) -> int:
        """Return 0 if the run may train, otherwise its position (1 is next); -1 if it is not in the queue."""
        with self._changed:
            for index, other in enumerate(self._runs):
                if other is run:
                    return max(0, index - self._limit + 1)
            return -1

    def wait_turn(self, run: object, timeout_s: float) -> bool:
        """Wait until the run may train; returns False after timeout_s seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.position(run) == 0, timeout_s)
