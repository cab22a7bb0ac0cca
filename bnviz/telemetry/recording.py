"""Recordings: a History in one .npz file, with its configuration and provenance, without pickle."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO

import numpy as np
from msgspec import UNSET

from bnviz.config import InputError
from bnviz.files import NpzReader, read_from, write_npz
from bnviz.telemetry.curves import EvaluationCurve, LossCurve
from bnviz.telemetry.history import History, Recording
from bnviz.telemetry.norm_records import MAX_ROWS, NORM_FIELDS, PHASES, NormRecords
from bnviz.telemetry.records import (
    ARM_FIELDS,
    BINS,
    PARAMETERS,
    QUANTILES,
    SCALARS,
    STAGES,
    ArmRecord,
    Array,
    BoundaryRecord,
    Frame,
    Mark,
    SurfaceRecord,
)
from bnviz.telemetry.run_description import MAX_BYTES, RecordingContents, RunDescription, read_description

FORMAT, VERSION = "bnviz-recording", 1
MAX_FILE_BYTES = 100 * 2**20
MAX_UNPACKED_BYTES = 256 * 2**20
MAX_FRAMES = 2000
_MAX_ARRAYS = 400
_MAX_POINTS = 4096
_FILE_NAMES = {"saturated_fraction": "saturated", "dead_fraction": "dead", "update_to_data_ratio": "update_ratio"}
"""Fields of ArmRecord that version 1 of the format calls by another name."""

_LOSS = ("step", "loss_min", "loss_max", "loss_mean")
_TEST = ("step", "test_loss", "test_accuracy")
_SURFACE = ("xs", "ys", "loss", "path", "captured")
_BOUNDARY = ("xs", "ys", "probability")


def save(history: History, target: str | os.PathLike[str] | BinaryIO, **facts: Any) -> None:  # noqa: ANN401
    """Write a history as a recording.

    Args:
        history: what to write.
        target: a path, which is written whole or not at all, or a binary file.
        facts: further plain values for the meta part, for example ``batches_hashes``.
    """
    write_npz(_arrays(history, facts), target)


def save_quickly(history: History, target: str | os.PathLike[str], **facts: Any) -> None:  # noqa: ANN401
    """Write a history as ``save`` does, a few times as large and many times as fast."""
    write_npz(_arrays(history, facts), target, compressed=False)


def _arrays(history: History, facts: dict[str, Any]) -> dict[str, Array]:
    frames, surfaces, boundaries = history.frames, history.surfaces, history.boundaries
    boundary = history.boundary
    meta = {
        **history.meta,
        **facts,
        "format": FORMAT,
        "version": VERSION,
        "marks": [[mark.step, mark.kind, mark.text, mark.arm] for mark in history.marks],
        "surfaces": [[s.step, s.plane, s.bn_stats] for s in surfaces],
        "boundary": None if boundary is None else boundary.step,
        "earlier_boundaries": [earlier.step for earlier in boundaries[:-1]],
    }
    arrays: dict[str, Array] = {
        "meta": np.frombuffer(json.dumps(meta).encode(), np.uint8),
        "steps": np.array([frame.step for frame in frames], np.uint32),
    }
    for arm, (loss, test) in enumerate(zip(history.curves, history.evaluations, strict=True)):
        arrays |= {f"arm{arm}.loss.{name}": getattr(loss, name) for name in _LOSS}
        arrays |= {f"arm{arm}.test.{name}": getattr(test, name) for name in _TEST}
        for name in ARM_FIELDS if frames else ():
            arrays[f"arm{arm}.{_FILE_NAMES.get(name, name)}"] = np.stack(
                [getattr(frame.arms[arm], name) for frame in frames]
            )
    if len(history.norm_records):
        arrays |= {f"norms.{name}": column for name, column in history.norm_records.columns()}
    for index, surface in enumerate(surfaces):
        arrays |= {f"surface{index}.{name}": getattr(surface, name) for name in _SURFACE}
    if boundary is not None:
        arrays |= {f"boundary.{name}": getattr(boundary, name) for name in _BOUNDARY}
    if len(boundaries) > 1:
        arrays["earlier_boundaries.probability"] = np.stack([earlier.probability for earlier in boundaries[:-1]])
    return arrays


def load(source: str | os.PathLike[str] | BinaryIO | bytes, label: str | None = None) -> History:
    """Read a recording.

    Args:
        source: a path, a seekable binary file, or the bytes themselves.
        label: name of the file in error messages; by default its own.

    Raises:
        InputError: the source is not a recording of bnviz, is damaged, is too large or is inconsistent.
    """
    return read_from(source, "recording", label, _read)


def _read(file: BinaryIO, label: str) -> History:
    size = file.seek(0, io.SEEK_END)
    if size > MAX_FILE_BYTES:
        raise InputError(f"{label}: found {size / 2**20:.0f} MB, expected at most {MAX_FILE_BYTES // 2**20} MB")
    with NpzReader(file, label, _MAX_ARRAYS, MAX_UNPACKED_BYTES) as reader:
        if "meta" not in reader.names or "steps" not in reader.names:
            raise InputError(f"{label}: found no recording of bnviz in it, expected one (it has meta and steps)")
        return _Reading(reader, *_description(reader, label), label).recording()


def _description(reader: NpzReader, label: str) -> tuple[RunDescription, RecordingContents]:
    size = reader.headers(["meta"])["meta"].nbytes
    if size > MAX_BYTES:
        raise InputError(f"{label}: found a description of {size:,} bytes, expected at most {MAX_BYTES:,}")
    return read_description(reader.array("meta").tobytes(), label, FORMAT, VERSION)


class _Reading:
    """One recording while it is being checked and read."""

    def __init__(self, reader: NpzReader, description: RunDescription, contents: RecordingContents, label: str) -> None:
        self._reader, self._description, self._contents, self._label = reader, description, contents, label
        self._arms = len(description.arms)

    def recording(self) -> Recording:
        steps = self._array("steps", "u4", (None,))
        if len(steps) > MAX_FRAMES:
            raise InputError(f"{self._label}: found {len(steps):,} frames, expected at most {MAX_FRAMES:,}")
        if any(later <= former for former, later in pairwise(steps.tolist())):
            raise InputError(f"{self._label}: found steps out of order, expected ascending ones")
        return Recording(
            self._description,
            list(self._frames(steps)),
            [LossCurve(*self._columns(f"arm{arm}.loss", _LOSS)) for arm in range(self._arms)],
            [EvaluationCurve(*self._columns(f"arm{arm}.test", _TEST)) for arm in range(self._arms)],
            [Mark(*row) for row in self._contents.marks],
            [self._surface(index) for index in range(len(self._contents.surfaces))],
            self._boundaries(),
            self._norm_records(),
        )

    def _norm_records(self) -> NormRecords:
        """Read the table of the normalization layers; recordings of runs, and early ones, have none."""
        if "norms.step" not in self._reader.names:
            return NormRecords.of_rows(())
        rows = len(self._array("norms.step", "u4", (None,)))
        if rows > MAX_ROWS:
            raise InputError(f"{self._label}: found {rows:,} calls of norm layers, expected at most {MAX_ROWS:,}")
        kinds = NORM_FIELDS.items()
        fields = {name: self._array(f"norms.{name}", dtype, (rows, *shape)) for name, (dtype, shape) in kinds}
        watched = self._description.watched
        known = 0 if watched is UNSET else len(watched.norms)
        for name, below in (("norm", known), ("phase", len(PHASES))):
            largest = int(fields[name].max(initial=0))
            if rows and largest >= below:
                raise InputError(f"{self._label}, norms.{name}: found {largest}, expected less than {below}")
        return NormRecords(**fields)

    def _frames(self, steps: Array) -> Iterator[Frame]:
        if not len(steps):
            return
        columns = [{name: self._field(arm, name, len(steps)) for name in ARM_FIELDS} for arm in range(self._arms)]
        for index, step in enumerate(steps.tolist()):
            records = tuple(ArmRecord(**{n: column[n][index] for n in ARM_FIELDS}) for column in columns)
            yield Frame(step, records)

    def _field(self, arm: int, name: str, frames: int) -> Array:
        layers, units = len(self._description.arms[arm].layers), len(self._description.arms[arm].units)
        dtype, shape = _shape(name, layers, units)
        return self._array(f"arm{arm}.{_FILE_NAMES.get(name, name)}", dtype, (frames, *shape))

    def _columns(self, prefix: str, names: tuple[str, ...]) -> list[Any]:
        step = self._array(f"{prefix}.{names[0]}", "u4", (None,))
        if len(step) > _MAX_POINTS:
            raise InputError(f"{self._label}, {prefix}: found {len(step):,} points, expected at most {_MAX_POINTS:,}")
        return [step, *(self._array(f"{prefix}.{name}", "f4", (len(step),)) for name in names[1:])]

    def _surface(self, index: int) -> SurfaceRecord:
        step, plane, bn_stats = self._contents.surfaces[index]
        name = f"surface{index}"
        xs, ys = self._array(f"{name}.xs", "f4", (None,)), self._array(f"{name}.ys", "f4", (None,))
        loss = self._array(f"{name}.loss", "f4", (self._arms, len(ys), len(xs)))
        path = self._array(f"{name}.path", "f4", (self._arms, None, 2))
        captured = self._array(f"{name}.captured", "f4", (self._arms,))
        return SurfaceRecord(step, xs, ys, loss, path, captured, plane, bn_stats)

    def _boundaries(self) -> list[BoundaryRecord]:
        """Read the newest boundary and the earlier ones, which are measured on the same grid."""
        if self._contents.boundary is None:
            return []
        xs, ys = self._array("boundary.xs", "f4", (None,)), self._array("boundary.ys", "f4", (None,))
        shape = (self._arms, len(self._description.dataset.classes), len(ys), len(xs))
        newest = BoundaryRecord(self._contents.boundary, xs, ys, self._array("boundary.probability", "f2", shape))
        steps = self._contents.earlier_boundaries
        if not steps:
            return [newest]
        if any(later <= former for former, later in pairwise((*steps, newest.step))):
            raise InputError(f"{self._label}: found boundaries out of order, expected ascending steps")
        earlier = self._array("earlier_boundaries.probability", "f2", (len(steps), *shape))
        return [*(BoundaryRecord(step, xs, ys, earlier[k]) for k, step in enumerate(steps)), newest]

    def _array(self, name: str, dtype: str, shape: tuple[int | None, ...]) -> Array:
        """Read one array of exactly this type and shape; None in the shape means any length."""
        if name not in self._reader.names:
            raise InputError(f"{self._label}: found no array {name}, expected one")
        header = self._reader.headers([name])[name]
        fits = len(header.shape) == len(shape) and all(
            wanted in (None, side) for wanted, side in zip(shape, header.shape, strict=True)
        )
        if not fits or header.dtype.newbyteorder("=") != np.dtype(dtype):
            expected = ", ".join("any" if side is None else str(side) for side in shape)
            wanted_type = np.dtype(dtype)
            raise InputError(
                f"{self._label}, {name}: found {header!s:.80}, expected shape ({expected}) of {wanted_type}"
            )
        return self._reader.array(name)


def _shape(name: str, layers: int, units: int) -> tuple[str, tuple[int, ...]]:
    """Return dtype and shape of one ArmRecord field."""
    return {
        "histogram": ("u4", (layers, len(STAGES), BINS + 2)),
        "quantiles": ("f4", (layers, len(STAGES), len(QUANTILES))),
        "moments": ("f4", (layers, len(STAGES), 2)),
        "saturated_fraction": ("f4", (layers,)),
        "derivative": ("f4", (layers,)),
        "dead_fraction": ("f4", (layers,)),
        "grad_norm": ("f4", (layers + 1,)),
        "update_to_data_ratio": ("f4", (layers + 1,)),
        "unit_percentiles": ("f2", (layers, units, 3)),
        "parameters": ("f4", (layers, len(PARAMETERS), len(QUANTILES))),
        "scalars": ("f4", (len(SCALARS),)),
    }[name]
