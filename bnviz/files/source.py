"""The source of a file of unknown origin: a path, an open file, or bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from bnviz.config import InputError

_T = TypeVar("_T")
Source = str | os.PathLike[str] | BinaryIO | bytes


def read_from(source: Source, kind: str, label: str | None, read: Callable[[BinaryIO, str], _T]) -> _T:
    """Open a source and read it.

    Args:
        source: a path, a seekable binary file, or the bytes themselves.
        kind: what the file should be, for error messages, such as "recording".
        label: name of the file in error messages; by default its own.
        read: function that gets the open file and the label.

    Raises:
        InputError: the path cannot be read.
    """
    if isinstance(source, bytes):
        return read(io.BytesIO(source), label or f"the {kind}")
    if not isinstance(source, (str, os.PathLike)):
        return read(source, label or f"the {kind}")
    path = Path(source)
    try:
        with path.open("rb") as file:
            return read(file, label or path.name)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); expected a {kind} (.npz)") from error
