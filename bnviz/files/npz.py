"""Guarded reading of .npz files of unknown origin: headers before data, checked sizes, no objects."""

from __future__ import annotations

import math
import sys
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, BinaryIO, TypeVar

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from bnviz.config import InputError
from bnviz.files.zips import DAMAGED, open_zip

Array = npt.NDArray[Any]
_T = TypeVar("_T")

_MAGIC = b"\x93NUMPY\x01\x00"  # version 1.0, the only one that plain arrays are written in
_BLOCK = 2**20
_HALVES = 0xD800, 0xDFFF  # surrogates: halves of a character in UTF-16, none by themselves


@dataclass(frozen=True, slots=True)
class Header:
    """The header of an array: shape, memory order and type."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[np.generic]

    def __str__(self) -> str:
        return f"shape {self.shape} of {self.dtype}"

    @property
    def nbytes(self) -> int:
        """Number of bytes of the data."""
        return math.prod(self.shape) * self.dtype.itemsize


class NpzReader:
    """An .npz opened for guarded reading; use it as a context manager.

    Args:
        file: seekable binary file.
        label: name of the file in error messages.
        max_arrays: most arrays in the file.
        max_bytes: most bytes that all arrays together may unpack to.

    Raises:
        InputError: the file is not a zip, is too large or damaged, or contains objects.
    """

    def __init__(self, file: BinaryIO, label: str, max_arrays: int, max_bytes: int) -> None:
        self._label = label
        self._archive = open_zip(file, label, max_arrays, max_bytes)
        self._members = {info.filename.removesuffix(".npy"): info for info in self._archive.infolist()}

    def __enter__(self) -> NpzReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arrays."""
        return tuple(self._members)

    def headers(self, names: Iterable[str], text: Iterable[str] = ()) -> dict[str, Header]:
        """Read and check headers; ``text`` names the arrays that should hold text, for error messages."""
        wordy = set(text)
        return {name: self._guarded(self._header, name, name in wordy) for name in names}

    def array(self, name: str) -> Array:
        """Read one array, in native byte order; its header is checked again."""
        return self._guarded(self._data, name)

    def _guarded(self, read: Callable[..., _T], *args: object) -> _T:
        try:
            return read(*args)
        except InputError:
            raise
        except (*DAMAGED, zlib.error) as error:
            raise InputError(f"{self._label}: found damaged data ({error}), expected a complete .npz") from error

    def _header(self, name: str, text: bool = False) -> Header:
        info, where = self._members[name], f"{self._label}, {name}"
        with self._archive.open(info) as stream:
            header, header_bytes = _read_header(stream, where)
        # A type of 0 bytes is refused: NumPy would allocate 1 byte per value.
        if header.dtype.hasobject or header.dtype.kind not in "biufUS" or not header.dtype.itemsize:
            accepted = "text" if text else "numbers"
            raise InputError(f"{where}: found values of type {header.dtype}, expected {accepted} (no objects)")
        if header_bytes + header.nbytes != info.file_size:
            behind = info.file_size - header_bytes
            found = f"a header that promises {header.nbytes:,} bytes ({header}) before {behind:,}"
            raise InputError(f"{where}: found {found}, expected them to agree")
        return header

    def _data(self, name: str) -> Array:
        self._header(name)
        with self._archive.open(self._members[name]) as stream:
            header, _ = _read_header(stream, f"{self._label}, {name}")
            flat = np.empty(math.prod(header.shape), header.dtype)
            view, done = flat.view(np.uint8).data, 0
            while done < len(view):
                block = stream.read(min(_BLOCK, len(view) - done))
                if not block:
                    raise EOFError(f"{name} ends after {done:,} of {len(view):,} bytes")
                view[done : done + len(block)] = block
                done += len(block)
            stream.read(1)  # at the end, zipfile compares the checksum
        array = flat.reshape(header.shape, order="F" if header.fortran else "C")
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        if array.dtype.kind == "U":
            self._check_text(name, array)
        return array

    def _check_text(self, name: str, text: Array) -> None:
        """Refuse numbers beyond Unicode and halves of a character: NumPy raises a SystemError when it reads them."""
        points = np.ascontiguousarray(text).reshape(-1).view(np.uint32)
        wrong = points[(points > sys.maxunicode) | ((points >= _HALVES[0]) & (points <= _HALVES[1]))]
        if len(wrong):
            found = f"the number {int(wrong[0]):#x} in its text"
            raise InputError(f"{self._label}, {name}: found {found}, expected characters of Unicode")


def _read_header(stream: IO[bytes], where: str) -> tuple[Header, int]:
    magic = stream.read(len(_MAGIC))
    if magic != _MAGIC:
        raise InputError(f"{where}: found no array (it starts with {magic!r:.80}), expected NumPy's .npy 1.0")
    try:
        shape, fortran, dtype = npy.read_array_header_1_0(stream)
    except Exception as error:  # on hostile text the parser raises more than ValueError, for example TokenError
        raise InputError(f"{where}: found an unreadable array header, expected NumPy's .npy 1.0") from error
    if any(not 0 <= side < 2**40 for side in shape):
        raise InputError(f"{where}: found shape {shape}, expected at least one value")
    return Header(shape, fortran, dtype), stream.tell()
