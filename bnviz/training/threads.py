"""The number of threads that torch uses per kernel: one, because kernels as small as ours only slow each other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

# MKL reads it at its first product. Without it, on processors of AMD, the last bits of a product may depend on what
# other threads compute meanwhile; in this mode it takes no longer (measured).
os.environ.setdefault("MKL_CBWR", "AUTO")


def use_one_thread() -> None:
    """Make torch use one thread per kernel in the calling thread, and in threads that start later."""
    torch.set_num_threads(1)


@contextmanager
def threads_per_kernel(number: int) -> Iterator[None]:
    """Make torch use so many threads per kernel inside the block, then the number that it used before.

    The number applies to the calling thread and to threads that it starts meanwhile.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def one_thread() -> Iterator[None]:
    """Make torch use one thread per kernel inside the block, then the number that it used before.

    A Streamlit script runs in a thread of its own, so it needs this too: without it, 5 s of CPU become minutes on busy
    cores (measured).
    """
    with threads_per_kernel(1):
        yield
