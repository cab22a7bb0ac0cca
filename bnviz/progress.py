"""The callback that a long computation reports its progress to."""

from __future__ import annotations

from collections.abc import Callable

ProgressCallback = Callable[[int, int], None]
"""Called with (done, total), in a unit that the computation names."""


def no_progress(_done: int, _total: int) -> None:
    """Ignore the progress: the default callback."""
