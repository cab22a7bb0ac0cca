"""The source of a file of unknown origin: a path, an open file, or bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from bnviz.config import InputError
from bnviz.files.last_resort import one_sentence

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
        InputError: the path cannot be read, or its content is wrong in any way.
    """
    if isinstance(source, bytes):
        return _guarded(io.BytesIO(source), label or f"the {kind}", kind, read)
    if not isinstance(source, (str, os.PathLike)):
        return _guarded(source, label or f"the {kind}", kind, read)
    path = Path(source)
    try:
        with path.open("rb") as file:
            return _guarded(file, label or path.name, kind, read)
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); expected a {kind} (.npz)") from error


def _guarded(file: BinaryIO, label: str, kind: str, read: Callable[[BinaryIO, str], _T]) -> _T:
    with one_sentence(label, f"a {kind} of bnviz"):
        return read(file, label)
