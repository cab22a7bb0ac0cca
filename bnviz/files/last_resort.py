"""The last resort of everything that opens a stranger's file: whatever it raises becomes one sentence."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bnviz.config import InputError

log = logging.getLogger(__name__)


@contextmanager
def one_sentence(label: str, expected: str) -> Iterator[None]:
    """Turn any error of the block into an InputError of one sentence; the host finds the whole error in the log.

    The readers say themselves what is wrong with a file. A hostile one can still make a library below them raise
    anything, such as a SystemError of NumPy, a RecursionError or a MemoryError.

    Args:
        label: name of the file, as its owner knows it.
        expected: what is accepted, for example "a recording of bnviz".

    Raises:
        InputError: the block raised it, or any other error.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # a page must say one sentence, whatever happened below it
        log.warning("a file could not be read: %.200r", label, exc_info=True)
        raise InputError(f"{label}: found {_found(error)}, expected {expected}") from error


def _found(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"no readable file ({error.strerror or type(error).__name__})"
    if isinstance(error, MemoryError):
        return "more than fits into memory"
    return f"content that cannot be read ({type(error).__name__})"
