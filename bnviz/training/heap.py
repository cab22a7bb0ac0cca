"""The heap of the C library, which keeps freed memory for later unless it is asked to give it back."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def trim_heap() -> None:
    """Return free heap pages to the system, where the C library can do so (glibc).

    The thread of each run has a heap of its own, which keeps the memory of the first forward passes: about 2 MB per
    idle session.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
