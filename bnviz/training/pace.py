"""Pace: a long computation under a permit, which it passes on at its pause points.

Loops that may compute for long call ``pause_point`` at each step. In a thread without a pace, such as that of a live
run (which takes slices itself), a command or a test, it does nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from threading import Event, local
from types import TracebackType

from bnviz.training.permits import CorePermits

_current = local()


class Stopped(BaseException):
    """A paced computation was told to stop; no error, so that nothing on its way takes it for one and continues."""


def pause_point(layers: int = 0) -> None:
    """Pass the permit on if the thread's slice is over; raises ``Stopped`` in a computation that was told to stop.

    Args:
        layers: layers that made a step since the last pause point, for ``CorePermits.note_kernels``; 0 if unknown.
    """
    pace: Pace | None = getattr(_current, "pace", None)
    if pace is not None:
        pace.point(layers)


def computing_s() -> float:
    """Return the seconds that the thread's pace has computed, without its waits for others; a clock where it has none.

    Only the difference of two calls means something.
    """
    pace: Pace | None = getattr(_current, "pace", None)
    return time.monotonic() if pace is None else pace.computed_s


class Pace:
    """Holds a permit inside the block, one slice after another. A pace inside of another one of its thread rests.

    Args:
        permits: the permits, in the name of whom it is for.
        stop: set to end it; ``permits.wake`` must be called after.
        check: called between two slices; may set ``stop``.
    """

    def __init__(self, permits: CorePermits, stop: Event, check: Callable[[], None] = lambda: None) -> None:
        self._permits, self._stop, self._check = permits, stop, check
        self._slice: AbstractContextManager[bool] = nullcontext(False)
        self._outer: Pace | None = None
        self._began = self._cpu = 0.0
        self._layers = 0
        self.busy_s = 0.0
        """Seconds of all slices so far."""
        self.points = 0
        """Pause points so far."""

    @property
    def computed_s(self) -> float:
        """Seconds of all slices with the one that is not over; for the thread that computes."""
        return self.busy_s + time.perf_counter() - self._began

    def __enter__(self) -> Pace:
        self._outer = getattr(_current, "pace", None)
        if self._outer is None:
            self._begin()
            _current.pace = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._outer is None and _current.pace is self:
            _current.pace = None
            self._end()

    def point(self, layers: int = 0) -> None:
        """Pass the permit on if the slice is over; raises ``Stopped`` if told to stop."""
        if self._stop.is_set():
            raise Stopped
        self._layers += layers
        self.points += 1
        if time.perf_counter() < self._began + self._permits.slice_s:
            return
        if self._permits.goes_on():
            self._count()
            self._check()
        else:
            self._end()
            _current.pace = None
            self._begin()
            _current.pace = self

    def _begin(self) -> None:
        self._check()
        self._slice = self._permits.time_slice(self._stop)
        if not self._slice.__enter__():
            self._slice.__exit__(None, None, None)
            raise Stopped
        self._began, self._cpu, self._layers = time.perf_counter(), time.thread_time(), 0

    def _count(self) -> None:
        """Begin another slice's time."""
        now = time.perf_counter()
        self.busy_s, self._began = self.busy_s + now - self._began, now

    def _end(self) -> None:
        self._count()
        self._permits.note_kernels(time.thread_time() - self._cpu, self._layers)
        self._slice.__exit__(None, None, None)
