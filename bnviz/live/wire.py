"""The binary codec of the live path: one little-endian message, decoded by assets/live/wire.js too.

A message is a 16-byte header, then blocks. Offsets are from the start of the message:

    header  u32 magic "BNV1" | u8 version | u8 kind | u16 number of blocks | u32 seq | u32 step
    block   u16 id | u8 dtype | u8 ndim | u32 shape[ndim] | padding to a multiple of 8 | data | padding to 8
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from bnviz.telemetry.records import ARM_FIELDS, MAX_LAYERS, Array, BoundaryRecord, Frame, SurfaceRecord

MAGIC = 0x31564E42  # "BNV1" in little-endian order
VERSION = 1
HELLO, FRAME, CURVES, STATUS, SURFACE, BOUNDARY, FORMER, PACKED, CURVE_ENDS = range(1, 10)
DTYPES = tuple(np.dtype(name) for name in ("u1", "<u2", "<u4", "<i4", "<f2", "<f4", "<f8"))
ARM_STRIDE = 16
"""Block id of field f of arm a in a FRAME: a * ARM_STRIDE + index of f in ARM_FIELDS."""
DETAILS = ("histogram", "quantiles", "unit_percentiles", "parameters")
"""Fields that only some panels draw, nine tenths of a FRAME's bytes."""
SURFACES = "surfaces"
"""Name, beside those of DETAILS, by which a viewer asks for SURFACE messages."""
LAYERED = ("histogram", "quantiles", "unit_percentiles")
"""Those of DETAILS of which a viewer may ask for one layer alone: "histogram@2" is the histogram of the third."""
CUTS_FIELD = 15
"""Block of an arm in a FRAME with u2 (n, 2): the field and the layer of each row of the fields that were cut."""
ABOUT_BLOCK = 4095
"""Block id of the JSON in a FORMER message."""

_HEADER = struct.Struct("<IBBHII")
_KIND_AT, _COUNT_AT, _STEP_AT = 5, 6, 12
_BLOCK = struct.Struct("<HBB")


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A decoded message: its kind, numbers and blocks by id."""

    kind: int
    seq: int
    step: int
    blocks: dict[int, Array]


def encode(kind: int, seq: int, step: int, blocks: Iterable[tuple[int, Array]]) -> bytes:
    """Return a message; each array must have one of DTYPES, in any byte order."""
    parts, count = [b""], 0
    for ident, array in blocks:
        parts += _parts(ident, array)
        count += 1
    parts[0] = _HEADER.pack(MAGIC, VERSION, kind, count, seq, step)
    return b"".join(parts)


def _block(ident: int, array: Array) -> bytes:
    """Return a block, a whole number of 8-byte words."""
    return b"".join(_parts(ident, array))


def _parts(ident: int, array: Array) -> tuple[bytes, bytes, bytes]:
    """Return the head, the data and the padding of a block."""
    head, dtype, padding = _frame_of(ident, array.dtype, array.shape or (1,))
    return head, (array if array.dtype is dtype else array.astype(dtype, copy=False)).tobytes(), padding


@lru_cache(maxsize=1024)
def _frame_of(ident: int, dtype: np.dtype[Any], shape: tuple[int, ...]) -> tuple[bytes, np.dtype[Any], bytes]:
    """Return what is around the data of a block, and their type; the blocks of a run's frames are always the same."""
    code = DTYPES.index(dtype.newbyteorder("<"))
    head = _BLOCK.pack(ident, code, len(shape)) + struct.pack(f"<{len(shape)}I", *shape)
    size = math.prod(shape) * DTYPES[code].itemsize
    return head + bytes(-len(head) % 8), DTYPES[code], bytes(-size % 8)


def decode(data: bytes) -> Message:
    """Read a message; raises ValueError if the bytes are not one whole message of bnviz."""
    try:
        magic, version, kind, count, seq, step = _HEADER.unpack_from(data, 0)
        if magic != MAGIC or version != VERSION:
            raise ValueError(f"not a bnviz message of version {VERSION}")
        blocks: dict[int, Array] = {}
        offset = _HEADER.size
        for _ in range(count):
            ident, array, offset = _block_at(data, offset)
            blocks[ident] = array
    except (struct.error, IndexError, OverflowError) as error:
        raise ValueError("truncated bnviz message") from error
    return Message(kind, seq, step, blocks)


def _block_at(data: bytes, offset: int) -> tuple[int, Array, int]:
    """Return the id and the array of the block that starts here, and where it ends."""
    ident, code, ndim = _BLOCK.unpack_from(data, offset)
    shape = struct.unpack_from(f"<{ndim}I", data, offset + _BLOCK.size)
    start = _padded(offset + _BLOCK.size + 4 * ndim)
    size = math.prod(shape)
    array = np.frombuffer(data, DTYPES[code], size, start).reshape(shape)
    return ident, array, _padded(start + size * DTYPES[code].itemsize)


def _narrowed(array: Array) -> Array:
    """Return counts that fit as 2-byte numbers: histograms are two thirds of a frame."""
    fits = array.dtype == np.uint32 and array.max(initial=0) <= np.iinfo(np.uint16).max
    return array.astype(np.uint16) if fits else array


def encode_frame(frame: Frame, seq: int, details: Collection[str] = DETAILS) -> bytes:
    """Return a Frame as a FRAME message with these of DETAILS, whole or of single layers."""
    named = {name.partition("@")[0] for name in details}
    blocks = (
        (arm * ARM_STRIDE + index, _narrowed(getattr(record, name)))
        for arm, record in enumerate(frame.arms)
        for index, name in enumerate(ARM_FIELDS)
        if name in named or name not in DETAILS
    )
    return with_details(encode(FRAME, seq, frame.step, blocks), details)


def kind_of(message: bytes) -> int:
    """Return the kind of a message."""
    return message[_KIND_AT]


def step_of(message: bytes) -> int:
    """Return the step of a message."""
    step: int = struct.unpack_from("<I", message, _STEP_AT)[0]
    return step


def layer_of(name: str) -> tuple[str, int] | None:
    """Return the detail and the layer that a name such as "histogram@2" asks for; None for any other name."""
    detail, _, layer = name.partition("@")
    if detail not in LAYERED or not (layer.isascii() and layer.isdecimal() and len(layer) <= len(str(MAX_LAYERS))):
        return None
    return (detail, int(layer)) if int(layer) < MAX_LAYERS else None


def with_details(message: bytes, kept: Collection[str]) -> bytes:
    """Return a FRAME with only these of DETAILS, whole or of single layers, and any other message as it is."""
    left_out = {ARM_FIELDS.index(name) for name in DETAILS if name not in kept}
    if kind_of(message) != FRAME or not left_out:
        return message
    layers: dict[int, list[int]] = {}
    for detail, layer in sorted(found for name in kept if (found := layer_of(name)) is not None):
        if detail not in kept:
            layers.setdefault(ARM_FIELDS.index(detail), []).append(layer)
    parts: list[bytes] = []
    cuts: dict[int, list[tuple[int, int]]] = {}
    for ident, start, end in _spans(message):
        arm, field = divmod(ident, ARM_STRIDE)
        if field in layers:
            parts.append(_block(ident, _rows(message, start, layers[field])))
            cuts.setdefault(arm, []).extend((field, layer) for layer in layers[field])
        elif field not in left_out:
            parts.append(message[start:end])  # whole 8-byte words, so that no padding changes
    parts += [_block(arm * ARM_STRIDE + CUTS_FIELD, np.array(pairs, np.uint16)) for arm, pairs in cuts.items()]
    head = message[:_COUNT_AT] + struct.pack("<H", len(parts)) + message[_COUNT_AT + 2 : _HEADER.size]
    return b"".join((head, *parts))


def _rows(message: bytes, start: int, layers: Collection[int]) -> Array:
    """Return some layers of a block that has one row per layer; what an arm has no layer for is left out."""
    _, array, _ = _block_at(message, start)
    return array[[layer for layer in layers if layer < len(array)]]


def _spans(message: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the id of each block of a message of our own, where it starts and where it ends."""
    start = _HEADER.size
    for _ in range(_HEADER.unpack_from(message)[3]):
        ident, _, end = _block_at(message, start)
        yield ident, start, end
        start = end


def _padded(offset: int) -> int:
    return offset + -offset % 8


def encode_json(kind: int, seq: int, step: int, content: Mapping[str, Any]) -> bytes:
    """Return a HELLO or STATUS message: one block, id 0, UTF-8 JSON; NaN must be passed as None."""
    text = json.dumps(content, allow_nan=False, separators=(",", ":")).encode()
    return encode(kind, seq, step, [(0, np.frombuffer(text, np.uint8))])


def encode_surface(record: SurfaceRecord, seq: int) -> bytes:
    """Return a SURFACE message: blocks 0 xs, 1 ys, 2 loss, 3 path, 4 captured, 5 JSON {plane, bn_stats}."""
    words = json.dumps({"plane": record.plane, "bn_stats": record.bn_stats}).encode()
    arrays = (record.xs, record.ys, record.loss, record.path, record.captured, np.frombuffer(words, np.uint8))
    return encode(SURFACE, seq, record.step, enumerate(arrays))


def encode_boundary(record: BoundaryRecord, seq: int) -> bytes:
    """Return a BOUNDARY message: blocks 0 xs, 1 ys, 2 probability of all classes but the last."""
    return encode(BOUNDARY, seq, record.step, enumerate((record.xs, record.ys, record.probability[:, :-1])))
