"""The clock of a thread's processor time, read from another thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from threading import enumerate as living


def processor_clock(name: str) -> Callable[[], float]:
    """Return the clock of the only living thread whose name begins so; the usual clock where a system has no other.

    Args:
        name: beginning of the thread's name.
    """
    (thread,) = (thread for thread in living() if thread.name.startswith(name))
    if not hasattr(time, "pthread_getcpuclockid") or thread.ident is None:
        return time.perf_counter
    return partial(time.clock_gettime, time.pthread_getcpuclockid(thread.ident))
