"""The heaps of the C library (glibc), which keep freed memory for later unless they are asked to give it back.

Measured with twelve sessions of the default scene, which use 280 MB: with a heap per thread, 340 MB more were free and
resident, and 76 MB of them after all sessions had ended; with two heaps, 190 and 20 MB. ``malloc_trim`` does not give
back the free end of any heap but the first, so that one is bounded by a threshold.
"""

from __future__ import annotations

import ctypes
import gc
import math
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

HEAPS = 2
"""Heaps that all threads share; by default glibc makes eight per core."""
LARGE_BYTES = 4 * 2**20
"""A piece of this size is a mapping of its own, and goes back as soon as it is freed; so does so large a free end."""
GROWN_MB = 64.0
"""Memory is asked back when the process is so much larger than after the last time."""
LATE_S = 45.0
"""So long after an end, memory is given back for the last time: Streamlit keeps a closed page, 13 MB, for 30 s."""

_OPTIONS = {
    -8: ("MALLOC_ARENA_MAX", HEAPS),
    -3: ("MALLOC_MMAP_THRESHOLD_", LARGE_BYTES),
    -1: ("MALLOC_TRIM_THRESHOLD_", LARGE_BYTES),
}
"""Options of ``mallopt``: number, environment variable that a host may set instead, and value."""


def bound_heaps() -> None:
    """Limit the number of heaps and what they keep, where the C library can do so; before the threads start."""
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        for option, (variable, value) in _OPTIONS.items():
            if variable not in os.environ:
                library.mallopt(option, value)


def trim_heap() -> None:
    """Return free heap pages to the system, where the C library can do so (glibc).

    Other threads go on meanwhile, but one that needs memory of the heap that is trimmed waits: a few milliseconds.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def resident_mb() -> float:
    """Return the resident memory of this process in MB (10^6 bytes), 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class HeapKeeper:
    """Gives memory back soon after what held it has ended, and when the process has grown.

    Args:
        every_s: least seconds between two times after an end, since all threads wait for the garbage collection.
        grown_every_s: least seconds between two times because of growth.
        resident: returns the resident memory in MB.
    """

    def __init__(
        self, every_s: float = 10.0, grown_every_s: float = 30.0, resident: Callable[[], float] = resident_mb
    ) -> None:
        self._every_s, self._grown_every_s = every_s, grown_every_s
        self._resident = resident
        self._counts: tuple[int, ...] = ()
        self._late_at = math.inf
        self._times_due, self._last, self._least_mb = 0, -max(every_s, grown_every_s), 0.0

    def round(self, now: float, *counts: int) -> None:
        """Give memory back if any of these numbers has fallen, and twice more later; or if the process has grown.

        A thread that was told to end is still at its step at first, and its page is kept for a while. Where nothing
        ends, memory that is free lies between what is in use; it is asked back as long as that helps.

        Args:
            now: present time of ``time.monotonic``.
            counts: how many there are of each kind of thing that holds memory.
        """
        if any(after < before for after, before in zip(counts, self._counts, strict=False)):
            self._times_due, self._late_at = 2, now + LATE_S
        if now >= self._late_at:
            self._times_due, self._late_at = max(1, self._times_due), math.inf
        self._counts = counts
        mb = self._resident()
        self._least_mb = min(self._least_mb, mb)
        if self._times_due and now - self._last >= self._every_s:
            self._times_due -= 1
            gc.collect()  # a session and its run refer to each other
        elif mb < self._least_mb + GROWN_MB or now - self._last < self._grown_every_s:
            return
        trim_heap()
        self._last, self._least_mb = now, self._resident()
