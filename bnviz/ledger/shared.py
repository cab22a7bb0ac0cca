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


class _Saved(threading.local):
    seconds = 0.0


_SAVED = _Saved()


def shared(compute: Callable[[int], T]) -> Callable[[int], T]:
    """Keep what a function of a seed returned; a later call counts the seconds that the first one took."""
    known: dict[int, tuple[T, float]] = {}

    @wraps(compute)
    def look(seed: int) -> T:
        if seed in known:
            value, seconds = known[seed]
            _SAVED.seconds += seconds
            return value
        start, before = time.perf_counter(), _SAVED.seconds
        value = compute(seed)
        while len(known) >= MOST:
            known.pop(next(iter(known)))
        known[seed] = value, time.perf_counter() - start + _SAVED.seconds - before
        return value

    return look


def saved_seconds() -> float:
    """Return how many seconds this thread has saved so far: a test adds the difference to its own time."""
    return _SAVED.seconds
