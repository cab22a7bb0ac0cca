"""What two processes pass to each other through shared memory: observations there, and the numbers of all arms back.

Where the arrays of a run lie in a slot is planned once. A slot holds numbers and arrays as they are, then the plan as
MessagePack, which the other process reads once: it knows a plan again by its bytes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats32
from bnviz.files.learned_types import learn
from bnviz.telemetry.observed_arrays import ObservationArrays
from bnviz.telemetry.records import ArmRecord, Array, blank_record

Bytes = npt.NDArray[np.uint8]

SLOTS = 8
"""Most snapshots that are on their way at once; the next one is reduced without the process."""
SLOT_BYTES = 8 * 2**20
"""Largest snapshot; that of five layers of 100 units takes 1 MB. Memory that nothing was written to takes none."""

_COUNTS = struct.Struct("<IIII")  # numbers of 8 bytes, of 4 bytes, bytes of the plan, and nothing
_SIZES = struct.Struct("<III")  # of a record: bytes up to its end, layers, units
_ALIGNMENT = 8
_MOST_PLANS = 16


class DoesNotFitError(ValueError):
    """A snapshot is too large for a slot, or of other numbers than float32."""


class _Planned(NamedTuple):
    """Observations with the place of each array, and without what changes beside them: scalars and dead shares."""

    observations: tuple[ObservationArrays, ...]
    slopes: npt.NDArray[np.float32]


def slot_of(memory: Bytes, number: int) -> Bytes:
    """Return the bytes of a slot."""
    return memory[number * SLOT_BYTES : (number + 1) * SLOT_BYTES]


@dataclass(frozen=True, slots=True, eq=False)
class SlotViews:
    """The parts of a slot, sharing its memory.

    Attributes:
        numbers: float64 (N,), of each observation its scalars, then the dead shares that it holds.
        slopes: (L,), mean derivatives of all layers of all observations.
        arrays: those of the observations, in the order of their fields.
        observations: the same arrays as observations; their scalars and dead shares are not those of a snapshot.
    """

    numbers: npt.NDArray[np.float64]
    slopes: Floats32
    arrays: tuple[Floats32, ...]
    observations: tuple[ObservationArrays, ...]

    def read(self) -> tuple[tuple[ObservationArrays, ...], Floats32]:
        """Return the observations of the snapshot that the slot holds now, and the slopes."""
        observations = _with_numbers(self.observations, iter(self.numbers.tolist()))
        return observations, self.slopes.copy()  # they become part of the records, which are written there


class SnapshotPlan:
    """Where the arrays of a run's snapshots lie in a slot.

    Args:
        observations: of one step, all arms; in each later step, the arrays have the same shapes.

    Raises:
        DoesNotFitError: an array is not float32.
    """

    def __init__(self, observations: Sequence[ObservationArrays]) -> None:
        sizes: list[int] = []

        def put_aside(array: Array) -> tuple[int, ...]:
            if array.dtype != np.float32:
                raise DoesNotFitError(f"not float32: {array.dtype}")
            first = sum(sizes)
            sizes.append(array.size)
            return (first, *array.shape)

        layers = [layer for observation in observations for layer in observation.layers]
        n_numbers = sum(len(one.scalars) for one in observations) + sum(layer.dead is not None for layer in layers)
        planned = _Planned(_with_numbers(observations, repeat(0.0)), np.empty(len(layers), np.float32))
        plan = msgspec.msgpack.Encoder(enc_hook=put_aside).encode(planned)
        self._end = _COUNTS.size + 8 * n_numbers + 4 * sum(sizes)
        self._head = np.frombuffer(_COUNTS.pack(n_numbers, sum(sizes), len(plan), 0), np.uint8)
        self._plan = np.frombuffer(plan, np.uint8)

    def write(self, slot: Bytes) -> None:
        """Write the plan into a slot, whose former content is lost; raises DoesNotFitError."""
        end = self._end + len(self._plan)
        if end > len(slot):
            raise DoesNotFitError(f"{end} bytes")
        slot[: len(self._head)] = self._head
        slot[self._end : end] = self._plan


class SlotReader:
    """Reads what lies in a slot, by the plan that lies there too.

    Args:
        memory: of the slot, (N,) bytes.

    Attributes:
        memory: the same.
    """

    def __init__(self, memory: Bytes) -> None:
        self.memory = memory
        self._views: dict[bytes, SlotViews] = {}

    def views(self) -> SlotViews:
        """Return the parts of the slot; those of a plan that is known are not looked for again."""
        n_numbers, n_floats, length, _ = _COUNTS.unpack(self.memory[: _COUNTS.size].tobytes())
        first, end = _COUNTS.size + 8 * n_numbers, _COUNTS.size + 8 * n_numbers + 4 * n_floats
        plan = self.memory[end : end + length].tobytes()
        found = self._views.get(plan)
        if found is None:
            if len(self._views) >= _MOST_PLANS:
                self._views.clear()
            numbers = self.memory[_COUNTS.size : first].view(np.float64)
            found = self._views[plan] = _views_of(plan, numbers, self.memory[first:end].view(np.float32))
        return found


def _views_of(plan: bytes, numbers: npt.NDArray[np.float64], floats: Floats32) -> SlotViews:
    arrays: list[Floats32] = []

    def take_back(_kind: type, place: list[int]) -> Floats32:
        first, *shape = place
        arrays.append(floats[first : first + math.prod(shape)].reshape(shape))
        return arrays[-1]

    learn(_Planned)
    planned = msgspec.msgpack.Decoder(_Planned, dec_hook=take_back).decode(plan)
    return SlotViews(numbers, planned.slopes, tuple(arrays[:-1]), planned.observations)


def _with_numbers(observations: Sequence[ObservationArrays], numbers: Iterator[float]) -> tuple[ObservationArrays, ...]:
    """Return observations with other numbers, given in the order of ``SlotViews``."""
    found = []
    for observation in observations:
        scalars = tuple(next(numbers) for _ in observation.scalars)
        layers = observation.layers
        if any(layer.dead is not None for layer in layers):
            layers = tuple(layer if layer.dead is None else replace(layer, dead=next(numbers)) for layer in layers)
        found.append(replace(observation, scalars=scalars, layers=layers))
    return tuple(found)


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
