"""Permission to compute: fair permits for time slices, and a queue of runs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event

SLICE_S = 0.05
"""Seconds that one run keeps a permit."""


class CorePermits:
    """A fixed number of permits, granted first come, first served.

    ``threading.Semaphore`` guarantees no order. With the runs of a whole class on two cores, some would starve, so
    here each waiting thread has a ticket.

    Args:
        count: most threads that compute at once; by default one per core.
    """

    def __init__(self, count: int | None = None) -> None:
        self._free = count or os.cpu_count() or 1
        self._changed = Condition()
        self._waiting: deque[object] = deque()

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
                with self._changed:
                    self._free += 1
                    self._changed.notify_all()

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
                return True
            finally:
                self._waiting.remove(ticket)
                self._changed.notify_all()


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
