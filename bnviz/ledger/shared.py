"""What several tests look at: computed once per seed, its time counted by each of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")
MOST = 20
"""Seeds that are kept, of each function."""


class _Clock(threading.local):
    """The seconds that the present test has saved, and what it has looked at, as (function, seed)."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.counted: set[tuple[object, int]] = set()


_CLOCK = _Clock()


def shared(compute: Callable[[int], T]) -> Callable[[int], T]:
    """Keep what a function of a seed returned; a test's first look counts the seconds that the making took."""
    known: dict[int, tuple[T, float]] = {}

    @wraps(compute)
    def look(seed: int) -> T:
        if seed in known:
            value, seconds = known[seed]
            if (look, seed) not in _CLOCK.counted:
                _CLOCK.counted.add((look, seed))
                _CLOCK.seconds += seconds
            return value
        start, before = time.perf_counter(), _CLOCK.seconds
        value = compute(seed)
        while len(known) >= MOST:
            known.pop(next(iter(known)))
        known[seed] = value, time.perf_counter() - start + _CLOCK.seconds - before
        _CLOCK.counted.add((look, seed))
        return value

    return look


def start_counting() -> None:
    """Begin a test of this thread: it has saved no seconds and looked at nothing."""
    _CLOCK.seconds = 0.0
    _CLOCK.counted.clear()


def saved_seconds() -> float:
    """Return how many seconds the present test has saved: it adds them to its own time."""
    return _CLOCK.seconds
