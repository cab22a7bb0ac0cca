"""A user's .npz: headers and sizes are judged before any array is read, and nothing is ever unpickled."""

from __future__ import annotations

import math
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, BinaryIO

import numpy as np
from numpy.lib import format as npy

from bnviz.config import InputError
from bnviz.data.arrays import Array, dataset_from_arrays
from bnviz.data.dataset import Dataset
from bnviz.data.limits import MAX_ARRAYS, MAX_CLASS_NAME, MAX_CLASSES, MAX_SAMPLE, MAX_VALUES
from bnviz.data.zips import DAMAGED, open_zip

KEYS = ("x_train", "y_train", "x_test", "y_test", "classes")
_MAGIC = b"\x93NUMPY\x01\x00"  # version 1.0, the only one that plain arrays are written in
_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class Header:
    """What an array says about itself before its data."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[np.generic]

    def __str__(self) -> str:
        return f"shape {self.shape} of {self.dtype}"

    @property
    def nbytes(self) -> int:
        """Bytes of the data."""
        return math.prod(self.shape) * self.dtype.itemsize


def load_npz(name: str, label: str, file: BinaryIO, source: str) -> Dataset:
    """Read a data set from an .npz in the layout of assets/data/README.md.

    Args:
        name: of the data set.
        label: how messages call the file.
        file: seekable.
        source: where it came from.

    Raises:
        InputError: anything that is not that layout, within ``bnviz.data.limits``.
    """
    with open_zip(file, label, MAX_ARRAYS, 8 * MAX_VALUES + 2**24) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        found = [key for key in KEYS if key in members]
        if "x_train" not in found or "y_train" not in found or ("x_test" in found) != ("y_test" in found):
            has = ", ".join(sorted(members))[:200] or "nothing"
            expected = "x_train and y_train, perhaps x_test with y_test, perhaps classes"
            raise InputError(f"{label}: found the arrays {has}; expected {expected}")
        try:
            headers = {key: _member_header(archive, members[key], label, key) for key in found}
            _check_headers(label, headers)
            arrays = {key: _member_data(archive, members[key], label, key) for key in found}
        except (*DAMAGED, zlib.error) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{label}: found damaged data ({error}), expected a complete .npz") from error
    return dataset_from_arrays(name, label, arrays, source)


def _member_header(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, key: str) -> Header:
    with archive.open(info) as stream:
        header, header_bytes = _read_header(stream, label, key)
    if header.dtype.hasobject or header.dtype.kind not in "biufUS":
        accepted = "text" if key == "classes" else "numbers"
        raise InputError(
            f"{label}, {key}: found values of type {header.dtype}, expected {accepted} (no objects)"
        )
    if min(header.shape, default=0) < 1:
        raise InputError(f"{label}, {key}: found {header}, expected at least one value")
    if header_bytes + header.nbytes != info.file_size:
        behind = info.file_size - header_bytes
        found = f"a header that promises {header.nbytes:,} bytes ({header}) before {behind:,}"
        raise InputError(f"{label}, {key}: found {found}, expected them to agree")
    return header


def _read_header(stream: IO[bytes], label: str, key: str) -> tuple[Header, int]:
    magic = stream.read(len(_MAGIC))
    if magic != _MAGIC:
        raise InputError(
            f"{label}, {key}: found no array (it starts with {magic!r}), expected NumPy's .npy 1.0"
        )
    try:
        shape, fortran, dtype = npy.read_array_header_1_0(stream)
    except Exception as error:  # on hostile text the parser raises more than ValueError, TokenError for one
        raise InputError(
            f"{label}, {key}: found an unreadable array header, expected NumPy's .npy 1.0"
        ) from error
    return Header(shape, fortran, dtype), stream.tell()


def _check_headers(label: str, headers: dict[str, Header]) -> None:
    values = 0
    for part in ("train", "test"):
        if f"x_{part}" not in headers:
            continue
        x, y = headers[f"x_{part}"], headers[f"y_{part}"]
        _check_samples(f"{label}, x_{part}", x)
        if y.dtype.kind not in "biu" or y.shape not in ((x.shape[0],), (x.shape[0], 1)):
            raise InputError(
                f"{label}, y_{part}: found {y}, expected {x.shape[0]} whole numbers, one a sample"
            )
        values += math.prod(x.shape)
    if values > MAX_VALUES:
        raise InputError(f"{label}: found {values:,} numbers in its samples, expected at most {MAX_VALUES:,}")
    if "x_test" in headers and headers["x_test"].shape[1:] != headers["x_train"].shape[1:]:
        found = f"{headers['x_test'].shape} beside x_train {headers['x_train'].shape}"
        raise InputError(f"{label}, x_test: found shape {found}, expected samples of one shape")
    if "classes" in headers:
        classes = headers["classes"]
        if (
            classes.dtype.kind not in "US"
            or len(classes.shape) != 1
            or not 2 <= classes.shape[0] <= MAX_CLASSES
        ):
            raise InputError(f"{label}, classes: found {classes}, expected 2 to {MAX_CLASSES:,} names")
        if classes.dtype.itemsize > 4 * MAX_CLASS_NAME:
            raise InputError(
                f"{label}, classes: found {classes}, expected names of at most {MAX_CLASS_NAME} characters"
            )


def _check_samples(where: str, x: Header) -> None:
    images = len(x.shape) == 3 or (len(x.shape) == 4 and x.shape[3] in (1, 3))
    if not (images or len(x.shape) == 2) or x.dtype.kind not in "biuf" or x.dtype.itemsize > 8:
        expected = "images (N, H, W) or (N, H, W, 1 or 3) of uint8 or of floats in 0..1, or features (N, D)"
        raise InputError(f"{where}: found {x}, expected {expected}")
    if math.prod(x.shape[1:]) > MAX_SAMPLE:
        found = f"{math.prod(x.shape[1:]):,} numbers a sample ({x})"
        raise InputError(f"{where}: found {found}, expected at most {MAX_SAMPLE:,} (64 x 64 in color)")


def _member_data(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, key: str) -> Array:
    with archive.open(info) as stream:
        header, _ = _read_header(stream, label, key)
        flat = np.empty(math.prod(header.shape), header.dtype)
        view, done = flat.view(np.uint8).data, 0
        while done < len(view):
            block = stream.read(min(_BLOCK, len(view) - done))
            if not block:
                raise EOFError(f"{key} ends after {done:,} of {len(view):,} bytes")
            view[done : done + len(block)] = block
            done += len(block)
        stream.read(1)  # at its end, zipfile compares the checksum
    array = flat.reshape(header.shape, order="F" if header.fortran else "C")
    return array.astype(array.dtype.newbyteorder("="), copy=False)
