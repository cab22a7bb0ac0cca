"""Writing files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from bnviz.config import InputError
from bnviz.files.npz import Array


@contextmanager
def atomic(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a path beside the target to write to; it replaces the target when the block ends without an error.

    ::

        with atomic("map.json") as part:
            part.write_text(...)

    After an error the former target is untouched and nothing is left beside it; an error of the disk names the target.

    Args:
        target: the file to write; its folder exists. A link is followed.

    Raises:
        InputError: the target is a device, a pipe or a folder, which is never replaced.
    """
    path = replaceable(target)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with naming(target):
            yield part
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def replaceable(target: str | os.PathLike[str]) -> Path:
    """Return the file that is to be written: the target, or what it links to.

    Raises:
        InputError: there is something else than a regular file, such as a device, a pipe or a folder.
    """
    path = Path(os.path.realpath(target))
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a device or a pipe"
        raise InputError(f"{os.fspath(target)}: found {kind}, expected a file or nothing yet")
    return path


@contextmanager
def naming(target: str | os.PathLike[str]) -> Iterator[None]:
    """Let an error of the disk name the file: a write that finds the disk full does not say to which."""
    try:
        yield
    except OSError as error:
        if error.errno is None or (error.filename is not None and not str(error.filename).endswith(".part")):
            raise
        raise OSError(error.errno, error.strerror, os.fspath(target)) from error


def write_npz(arrays: Mapping[str, Array], target: str | os.PathLike[str] | BinaryIO, compressed: bool = True) -> None:
    """Write arrays; a path is written whole or not at all.

    Args:
        arrays: by name; numbers or text, no objects.
        target: a path or a binary file.
        compressed: whether to take the time to make the file smaller.
    """
    if not isinstance(target, (str, os.PathLike)):
        _write(arrays, target, compressed)
        return
    with atomic(target) as part, part.open("wb") as file:
        _write(arrays, file, compressed)


def _write(arrays: Mapping[str, Array], file: BinaryIO, compressed: bool) -> None:
    if any(array.dtype.hasobject for array in arrays.values()):
        raise TypeError("an array of objects would need pickle")
    write: Any = np.savez_compressed if compressed else np.savez  # its stub takes the arrays' names for options
    write(file, **arrays)
