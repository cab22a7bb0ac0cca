"""Writing an .npz: whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from bnviz.files.npz import Array


def write_npz(arrays: Mapping[str, Array], target: str | os.PathLike[str] | BinaryIO) -> None:
    """Write arrays compressed; a path is written beside itself and moved, so that no half file remains.

    Args:
        arrays: by name; numbers or text, no objects.
        target: a path or a binary file.
    """
    if not isinstance(target, (str, os.PathLike)):
        _write(arrays, target)
        return
    path = Path(target)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            _write(arrays, file)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _write(arrays: Mapping[str, Array], file: BinaryIO) -> None:
    if any(array.dtype.hasobject for array in arrays.values()):
        raise TypeError("an array of objects would need pickle")
    write: Any = np.savez_compressed  # its stub takes the arrays' names for options
    write(file, **arrays)
