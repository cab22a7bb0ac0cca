"""Giving memory back that building a run needed for a moment."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Return free heap pages to the system where the C library can (glibc); does nothing elsewhere.

    Each run's thread has a heap of its own, which keeps what the first forward passes used: about 2 MB that
    an idle session would hold for nothing.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
