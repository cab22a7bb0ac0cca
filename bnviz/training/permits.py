"""Who may compute: fair permits for time slices, and a queue for whole runs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event

SLICE_S = 0.05
"""How long one run keeps a permit, in seconds."""


class CorePermits:
    """A fixed number of permits, granted first come, first served.

    ``threading.Semaphore`` wakes waiters in no promised order; with a class of runs on two cores some
    would starve, so waiters hold tickets here.

    Args:
        count: how many may compute at once; one per core by default.
    """

    def __init__(self, count: int | None = None) -> None:
        self._free = count or os.cpu_count() or 1
        self._changed = Condition()
        self._waiting: deque[object] = deque()

    @contextmanager
    def time_slice(self, stop: Event) -> Iterator[bool]:
        """Wait for a permit and hold it inside the block; yields False when stop was set meanwhile.

        Whoever sets ``stop`` also calls ``wake``.
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
        """Whether somebody is waiting."""
        return bool(self._waiting)

    def wake(self) -> None:
        """Let waiters look at their stop events again."""
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
    """How many runs may be under way; the others queue and know their place.

    Args:
        limit: runs that may train at once; more than that wait.
    """

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, got {limit}")
        self._limit = limit
        self._changed = Condition()
        self._line: list[object] = []

    def enter(self, who: object) -> None:
        """Join the line; being in it twice changes nothing."""
        with self._changed:
            if not any(other is who for other in self._line):
                self._line.append(who)

    def leave(self, who: object) -> None:
        """Leave the line; everybody behind moves up."""
        with self._changed:
            self._line = [other for other in self._line if other is not who]
            self._changed.notify_all()

    def position(self, who: object) -> int:
        """Return 0 when the run may train, else its place (1 is next); -1 when not in line."""
        with self._changed:
            for index, other in enumerate(self._line):
                if other is who:
                    return max(0, index - self._limit + 1)
            return -1

    def wait_turn(self, who: object, timeout_s: float) -> bool:
        """Wait until the run may train; False after timeout_s seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.position(who) == 0, timeout_s)
