"""What two processes pass to each other through shared memory: observations there, and the numbers of all arms back.

Arrays lie in a slot as they are, and what remains of the observations (shapes, names, ranges) follows as MessagePack.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats32
from bnviz.telemetry.observed_arrays import ObservationArrays
from bnviz.telemetry.records import ArmRecord, Array, blank_record

Bytes = npt.NDArray[np.uint8]

SLOTS = 8
"""Most snapshots that are on their way at once; the next one is reduced without the process."""
SLOT_BYTES = 8 * 2**20
"""Largest snapshot; that of five layers of 100 units takes 1 MB. Memory that nothing was written to takes none."""

_COUNTS = struct.Struct("<II")  # floats, then bytes of MessagePack
_SIZES = struct.Struct("<III")  # of a record: bytes up to its end, layers, units
_ALIGNMENT = 8


class DoesNotFitError(ValueError):
    """A snapshot is too large for a slot, or of other numbers than float32."""


class _Sent(NamedTuple):
    observations: tuple[ObservationArrays, ...]
    slopes: npt.NDArray[np.float32]


def slot_of(memory: Bytes, number: int) -> Bytes:
    """Return the bytes of a slot."""
    return memory[number * SLOT_BYTES : (number + 1) * SLOT_BYTES]


def write_observations(observations: Sequence[ObservationArrays], slopes: Floats32, slot: Bytes) -> None:
    """Write observations into a slot; raises DoesNotFitError.

    Args:
        observations: of one step, all arms.
        slopes: mean derivatives, (L,) for all layers of all observations.
        slot: (N,) bytes.
    """
    arrays: list[Array] = []
    used = 0

    def put_aside(array: Array) -> tuple[int, ...]:
        nonlocal used
        if array.dtype != np.float32:
            raise DoesNotFitError(f"not float32: {array.dtype}")
        arrays.append(array)
        first, used = used, used + array.size
        return (first, *array.shape)

    rest = msgspec.msgpack.Encoder(enc_hook=put_aside).encode(_Sent(tuple(observations), slopes))
    begin, end = _COUNTS.size, _COUNTS.size + 4 * used
    if end + len(rest) > len(slot):
        raise DoesNotFitError(f"{end + len(rest)} bytes")
    np.concatenate(arrays, axis=None, out=slot[begin:end].view(np.float32))
    slot[end : end + len(rest)] = np.frombuffer(rest, np.uint8)
    slot[:begin] = np.frombuffer(_COUNTS.pack(used, len(rest)), np.uint8)


def read_observations(slot: Bytes) -> tuple[tuple[ObservationArrays, ...], Floats32]:
    """Return the observations that a slot holds, whose arrays share its memory, and the slopes."""
    floats, length = _COUNTS.unpack(slot[: _COUNTS.size].tobytes())
    begin, end = _COUNTS.size, _COUNTS.size + 4 * floats
    values = slot[begin:end].view(np.float32)

    def take_back(_kind: type, place: list[int]) -> Floats32:
        first, *shape = place
        return values[first : first + math.prod(shape)].reshape(shape)

    decoder = msgspec.msgpack.Decoder(_Sent, dec_hook=take_back)
    sent = decoder.decode(slot[end : end + length].tobytes())
    return sent.observations, sent.slopes.copy()  # they become part of the records, which are written there


def write_records(records: Sequence[ArmRecord], slot: Bytes) -> int:
    """Write the numbers of all arms into a slot, and return how many bytes they take; raises DoesNotFitError."""
    start = 0
    for record in records:
        layers, units = record.unit_percentiles.shape[:2]
        places, size = _layout(layers, units)
        if start + size > len(slot):
            raise DoesNotFitError(f"{start + size} bytes")
        slot[start : start + _SIZES.size] = np.frombuffer(_SIZES.pack(start + size, layers, units), np.uint8)
        for name, dtype, shape, first in places:
            target = np.ndarray(shape, dtype, slot, start + first)
            target[:] = getattr(record, name)
        start += size
    return start


def read_records(data: bytes) -> list[ArmRecord]:
    """Return the numbers of all arms; the arrays share the memory of the bytes."""
    records, start = [], 0
    while start < len(data):
        end, layers, units = _SIZES.unpack_from(data, start)
        places, _ = _layout(layers, units)
        records.append(ArmRecord(*(np.ndarray(shape, dtype, data, start + first) for _, dtype, shape, first in places)))
        start = end
    return records


_Place = tuple[str, np.dtype[np.generic], tuple[int, ...], int]


@lru_cache(maxsize=64)
def _layout(layers: int, units: int) -> tuple[tuple[_Place, ...], int]:
    """Return name, type, shape and first byte of each field of a record, and the bytes of all."""
    blank, first, places = blank_record(layers, units), _aligned(_SIZES.size), []
    for one in fields(ArmRecord):
        array: Array = getattr(blank, one.name)
        places.append((one.name, array.dtype, array.shape, first))
        first = _aligned(first + array.nbytes)
    return tuple(places), first


def _aligned(offset: int) -> int:
    return offset + -offset % _ALIGNMENT
