"""The heap of the C library, which keeps freed memory for later unless it is asked to give it back."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def trim_heap() -> None:
    """Return free heap pages to the system, where the C library can do so (glibc).

    The thread of each run has a heap of its own, which keeps the memory of the first forward passes: about 2 MB per
    idle session.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


class HeapKeeper:
    """Gives memory back soon after something that held it has ended: a session, a run, a chapter's task.

    Args:
        every_s: least seconds between two times, since all threads wait for the garbage collection.
    """

    def __init__(self, every_s: float = 10.0) -> None:
        self._every_s = every_s
        self._counts: tuple[int, ...] = ()
        self._times_due, self._last = 0, -every_s

    def round(self, now: float, *counts: int) -> None:
        """Give memory back if any of these numbers has fallen, and once more later.

        A thread that was told to end is still at its step at first, so that one time may be too early.

        Args:
            now: present time of ``time.monotonic``.
            counts: how many there are of each kind of thing that holds memory.
        """
        if any(after < before for after, before in zip(counts, self._counts, strict=False)):
            self._times_due = 2
        self._counts = counts
        if self._times_due and now - self._last >= self._every_s:
            self._times_due, self._last = self._times_due - 1, now
            gc.collect()  # a session and its run refer to each other
            trim_heap()
