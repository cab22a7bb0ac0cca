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
from typing import Any

import numpy as np

from bnviz.telemetry.records import ARM_FIELDS, Array, BoundaryRecord, Frame, SurfaceRecord

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
    parts: list[bytes] = []
    count = 0
    offset = _HEADER.size
    for ident, array in blocks:
        data = np.ascontiguousarray(array)
        code = DTYPES.index(data.dtype.newbyteorder("<"))
        head = _BLOCK.pack(ident, code, data.ndim) + struct.pack(f"<{data.ndim}I", *data.shape)
        head += bytes(-(offset + len(head)) % 8)
        body = data.astype(DTYPES[code], copy=False).tobytes()
        body += bytes(-len(body) % 8)
        parts += (head, body)
        offset += len(head) + len(body)
        count += 1
    return b"".join((_HEADER.pack(MAGIC, VERSION, kind, count, seq, step), *parts))


def decode(data: bytes) -> Message:
    """Read a message; raises ValueError if the bytes are not one whole message of bnviz."""
    try:
        magic, version, kind, count, seq, step = _HEADER.unpack_from(data, 0)
        if magic != MAGIC or version != VERSION:
            raise ValueError(f"not a bnviz message of version {VERSION}")
        blocks: dict[int, Array] = {}
        offset = _HEADER.size
        for _ in range(count):
            ident, code, ndim = _BLOCK.unpack_from(data, offset)
            shape = struct.unpack_from(f"<{ndim}I", data, offset + _BLOCK.size)
            offset = _padded(offset + _BLOCK.size + 4 * ndim)
            size = int(np.prod(shape, dtype=np.int64))
            blocks[ident] = np.frombuffer(data, DTYPES[code], size, offset).reshape(shape)
            offset = _padded(offset + size * DTYPES[code].itemsize)
    except (struct.error, IndexError) as error:
        raise ValueError("truncated bnviz message") from error
    return Message(kind, seq, step, blocks)


def _narrowed(array: Array) -> Array:
    """Return counts that fit as 2-byte numbers: histograms are two thirds of a frame."""
    fits = array.dtype == np.uint32 and array.max(initial=0) <= np.iinfo(np.uint16).max
    return array.astype(np.uint16) if fits else array


def encode_frame(frame: Frame, seq: int, details: Collection[str] = DETAILS) -> bytes:
    """Return a Frame as a FRAME message with these of DETAILS."""
    blocks = (
        (arm * ARM_STRIDE + index, _narrowed(getattr(record, name)))
        for arm, record in enumerate(frame.arms)
        for index, name in enumerate(ARM_FIELDS)
        if name in details or name not in DETAILS
    )
    return encode(FRAME, seq, frame.step, blocks)


def kind_of(message: bytes) -> int:
    """Return the kind of a message."""
    return message[_KIND_AT]


def step_of(message: bytes) -> int:
    """Return the step of a message."""
    step: int = struct.unpack_from("<I", message, _STEP_AT)[0]
    return step


def with_details(message: bytes, kept: Collection[str]) -> bytes:
    """Return a FRAME with only these of DETAILS, and any other message as it is."""
    left_out = {ARM_FIELDS.index(name) for name in DETAILS if name not in kept}
    if kind_of(message) != FRAME or not left_out:
        return message
    parts = [message[start:end] for ident, start, end in _spans(message) if ident % ARM_STRIDE not in left_out]
    head = message[:_COUNT_AT] + struct.pack("<H", len(parts)) + message[_COUNT_AT + 2 : _HEADER.size]
    return b"".join((head, *parts))  # each part is whole 8-byte words, so that no padding changes


def _spans(message: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the id of each block of a message of our own, where it starts and where it ends."""
    start = _HEADER.size
    for _ in range(_HEADER.unpack_from(message)[3]):
        ident, code, ndim = _BLOCK.unpack_from(message, start)
        size = DTYPES[code].itemsize * math.prod(struct.unpack_from(f"<{ndim}I", message, start + _BLOCK.size))
        end = _padded(_padded(start + _BLOCK.size + 4 * ndim) + size)
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
