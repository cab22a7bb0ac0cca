"""Writing files whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from bnviz.files.npz import Array


@contextmanager
def atomic(target: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a path beside the target to write to; it replaces the target when the block ends without an error.

    ::

        with atomic("map.json") as part:
            part.write_text(...)

    After an error the former target is untouched and nothing is left beside it.

    Args:
        target: the file to write; its folder exists.
    """
    path = Path(target)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_npz(arrays: Mapping[str, Array], target: str | os.PathLike[str] | BinaryIO) -> None:
    """Write arrays compressed; a path is written whole or not at all.

    Args:
        arrays: by name; numbers or text, no objects.
        target: a path or a binary file.
    """
    if not isinstance(target, (str, os.PathLike)):
        _write(arrays, target)
        return
    with atomic(target) as part, part.open("wb") as file:
        _write(arrays, file)


def _write(arrays: Mapping[str, Array], file: BinaryIO) -> None:
    if any(array.dtype.hasobject for array in arrays.values()):
        raise TypeError("an array of objects would need pickle")
    write: Any = np.savez_compressed  # its stub takes the arrays' names for options
    write(file, **arrays)
