"""A reader of .safetensors files that believes nothing: every length, type and place is checked before it is used.

The format: 8 bytes, the length of the header as a little-endian number; the header, a JSON object that gives each
tensor its dtype, shape and place; the data, in which the places follow each other without gaps.
"""

from __future__ import annotations

import json
import math
from typing import Any

import torch
from torch import Tensor

from bnviz.config import InputError

LONGEST_HEADER = 100_000_000
"""Bytes; the format's own limit."""
MOST_TENSORS = 100_000
_TYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8,
    "U64": torch.uint64, "U32": torch.uint32, "U16": torch.uint16, "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip


def read_safetensors(data: bytearray | memoryview, label: str) -> dict[str, Tensor]:
    """Return the tensors of a file by name; they share the memory of ``data`` where its places are aligned.

    Args:
        data: the whole file, writable.
        label: name of the file in messages.

    Raises:
        InputError: the file is not a complete .safetensors file.
    """
    entries, start = _header(data, label)
    places: list[tuple[int, int, str]] = []
    tensors: dict[str, Tensor] = {}
    for name, entry in entries.items():
        dtype, shape, begin, end = _entry(entry, f"{label}, {_short(name)}")
        if end > len(data) - start:
            raise InputError(
                f"{label}, {_short(name)}: found data up to byte {end:,}, but the file holds {len(data) - start:,}"
            )
        if math.prod(shape) * dtype.itemsize != end - begin:
            raise InputError(f"{label}, {_short(name)}: found {end - begin:,} bytes for shape {shape} of {dtype}")
        places.append((begin, end, name))
        tensors[name] = _view(data, start + begin, end - begin, dtype).reshape(shape)
    _check_places(places, len(data) - start, label)
    return tensors


def _header(data: bytearray | memoryview, label: str) -> tuple[dict[str, Any], int]:
    length = int.from_bytes(data[:8], "little") if len(data) >= 8 else -1
    if not 2 <= length <= min(LONGEST_HEADER, len(data) - 8):
        raise InputError(
            f"{label}: found a header of {length:,} bytes in a file of {len(data):,}; expected a .safetensors file"
        )
    try:
        header = json.loads(bytes(data[8 : 8 + length]).decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{label}: the header is no JSON that could be read ({str(error)[:80]})") from error
    if not isinstance(header, dict):
        raise InputError(f"{label}: the header is {type(header).__name__}, expected a JSON object")
    header.pop("__metadata__", None)
    if len(header) > MOST_TENSORS:
        raise InputError(f"{label}: found {len(header):,} tensors, accepted are up to {MOST_TENSORS:,}")
    return header, 8 + length


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _entry(entry: Any, where: str) -> tuple[torch.dtype, tuple[int, ...], int, int]:  # noqa: ANN401 - hostile JSON
    fields = entry if isinstance(entry, dict) else {}
    name, shape, offsets = fields.get("dtype"), fields.get("shape"), fields.get("data_offsets")
    dtype = _TYPES.get(name) if isinstance(name, str) else None
    if dtype is None:
        raise InputError(f"{where}: found the type {str(name)!r:.80}, accepted are {', '.join(_TYPES)}")
    if (
        not _whole(shape, 16)
        or not _whole(offsets, 2)
        or len(places := list(offsets or ())) != 2
        or places[0] > places[1]
    ):
        raise InputError(f"{where}: shape and data_offsets must be lists of whole numbers, the offsets two in order")
    return dtype, tuple(shape or ()), places[0], places[1]


def _whole(value: object, most: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= most
        and all(type(each) is int and 0 <= each < 2**48 for each in value)
    )


def _check_places(places: list[tuple[int, int, str]], size: int, label: str) -> None:
    reached = 0
    for begin, end, name in sorted(places):
        if begin != reached:
            found = "overlaps the tensor before it" if begin < reached else "leaves a gap before it"
            raise InputError(f"{label}, {_short(name)}: its data {found}; a .safetensors file has neither")
        reached = end
    if reached != size:
        raise InputError(f"{label}: found {size - reached:,} bytes after the last tensor, expected none")


def _view(data: bytearray | memoryview, begin: int, size: int, dtype: torch.dtype) -> Tensor:
    if not size:
        return torch.empty(0, dtype=dtype)
    raw = torch.frombuffer(data, dtype=torch.uint8, count=size, offset=begin)
    aligned = raw.data_ptr() % dtype.itemsize == 0 and raw.storage_offset() % dtype.itemsize == 0
    return (raw if aligned else raw.clone()).view(dtype)


def _short(name: str) -> str:
    return repr(name[:60])
