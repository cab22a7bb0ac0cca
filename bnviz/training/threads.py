"""One thread per kernel, whatever thread asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def use_one_thread() -> None:
    """Let torch use one thread per kernel in the calling thread, and in those that start later.

    Kernels as small as ours only fight each other (measured).
    """
    torch.set_num_threads(1)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread per kernel in the calling thread, then what it used before.

    The number counts for the thread that sets it, and for those that start while it holds: a script of
    Streamlit runs in one of its own, where kernels as small as ours would fight each other (measured: 5 s of
    CPU become minutes on busy cores).
    """
    before = torch.get_num_threads()
    use_one_thread()
    try:
        yield
    finally:
        torch.set_num_threads(before)
