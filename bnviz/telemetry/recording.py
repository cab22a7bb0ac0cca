"""Recordings: a History in one .npz, with its config and provenance inside and no pickle."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from bnviz.config import InputError, experiment_from_dict
from bnviz.files import NpzReader
from bnviz.telemetry.curves import EvaluationCurve, LossCurve
from bnviz.telemetry.history import History
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

FORMAT, VERSION = "bnviz-recording", 1
MAX_FILE_BYTES = 100 * 2**20
MAX_UNPACKED_BYTES = 256 * 2**20
MAX_FRAMES = 2000
_MAX_ARRAYS = 400
_LOSS = ("step", "loss_min", "loss_max", "loss_mean")
_TEST = ("step", "test_loss", "test_accuracy")
_SURFACE = ("xs", "ys", "loss", "path", "captured")
_BOUNDARY = ("xs", "ys", "probability")


def save(history: History, target: str | os.PathLike[str] | BinaryIO, **facts: Any) -> None:  # noqa: ANN401
    """Write a history as a recording.

    Args:
        history: what to write.
        target: a path (written beside and moved, so that no half file remains) or a binary file.
        facts: further plain values for the meta part, e.g. ``batches_hashes``.
    """
    if hasattr(target, "write"):
        np.savez_compressed(target, allow_pickle=False, **_arrays(history, facts))
        return
    path = Path(target)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **_arrays(history, facts))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _arrays(history: History, facts: dict[str, Any]) -> dict[str, Array]:
    frames, surfaces, boundary = history.frames, history.surfaces, history.boundary
    meta = {
        **history.meta,
        **facts,
        "format": FORMAT,
        "version": VERSION,
        "marks": [[mark.step, mark.kind, mark.text, mark.arm] for mark in history.marks],
        "surfaces": [[s.step, s.plane, s.bn_stats] for s in surfaces],
        "boundary": None if boundary is None else boundary.step,
    }
    arrays: dict[str, Array] = {
        "meta": np.frombuffer(json.dumps(meta).encode(), np.uint8),
        "steps": np.array([frame.step for frame in frames], np.uint32),
    }
    for arm, (loss, test) in enumerate(zip(history.curves, history.evaluations, strict=True)):
        arrays |= {f"arm{arm}.loss.{name}": getattr(loss, name) for name in _LOSS}
        arrays |= {f"arm{arm}.test.{name}": getattr(test, name) for name in _TEST}
        for name in ARM_FIELDS if frames else ():
            arrays[f"arm{arm}.{name}"] = np.stack([getattr(frame.arms[arm], name) for frame in frames])
    for index, surface in enumerate(surfaces):
        arrays |= {f"surface{index}.{name}": getattr(surface, name) for name in _SURFACE}
    if boundary is not None:
        arrays |= {f"boundary.{name}": getattr(boundary, name) for name in _BOUNDARY}
    return arrays


def load(source: str | os.PathLike[str] | BinaryIO | bytes, label: str | None = None) -> History:
    """Read a recording.

    Args:
        source: a path, a seekable binary file, or the bytes themselves.
        label: how messages call it; the file's name by default.

    Raises:
        InputError: not a recording of ours, damaged, too large, or inconsistent, in one sentence.
    """
    if isinstance(source, bytes):
        return _read(io.BytesIO(source), label or "the recording")
    if not isinstance(source, (str, os.PathLike)):
        return _read(source, label or "the recording")
    path = Path(source)
    try:
        with path.open("rb") as file:
            return _read(file, label or path.name)
    except OSError as error:
        raise InputError(
            f"{path.name}: cannot be read ({error.strerror}); expected a recording (.npz)"
        ) from error


def _read(file: BinaryIO, label: str) -> History:
    size = file.seek(0, io.SEEK_END)
    if size > MAX_FILE_BYTES:
        raise InputError(
            f"{label}: found {size / 2**20:.0f} MB, expected at most {MAX_FILE_BYTES // 2**20} MB"
        )
    with NpzReader(file, label, _MAX_ARRAYS, MAX_UNPACKED_BYTES) as reader:
        if "meta" not in reader.names or "steps" not in reader.names:
            raise InputError(
                f"{label}: found no recording of bnviz in it, expected one (it has meta and steps)"
            )
        meta = _meta(reader, label)
        try:
            return _Reading(reader, meta, label).history()
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise InputError(
                f"{label}: found a recording with parts missing ({error}), expected a whole one"
            ) from error


def _meta(reader: NpzReader, label: str) -> dict[str, Any]:
    try:
        meta = json.loads(reader.array("meta").tobytes())
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{label}: found an unreadable description, expected JSON in meta") from error
    if not isinstance(meta, dict) or meta.get("format") != FORMAT or meta.get("version") != VERSION:
        found = (
            f"{meta.get('format')} version {meta.get('version')}"
            if isinstance(meta, dict)
            else "no description"
        )
        raise InputError(f"{label}: found {str(found)[:80]}, expected {FORMAT} version {VERSION}")
    return meta


class _Reading:
    """One recording while it is being checked and read."""

    def __init__(self, reader: NpzReader, meta: dict[str, Any], label: str) -> None:
        self._reader, self._meta, self._label = reader, meta, label
        self._experiment = experiment_from_dict(meta["experiment"])
        self._arms = len(self._experiment.arms)
        if len(meta["arms"]) != self._arms:
            raise InputError(f"{label}: found {len(meta['arms'])} arms described, expected {self._arms}")

    def history(self) -> History:
        steps = self._array("steps", "u", 1)
        if len(steps) > MAX_FRAMES:
            raise InputError(f"{self._label}: found {len(steps):,} frames, expected at most {MAX_FRAMES:,}")
        history = History(self._description(), capacity=MAX_FRAMES + 200)
        for frame in self._frames(steps):
            history.add_frame(frame)
        history.restore_losses([LossCurve(*self._columns(f"arm{a}.loss", _LOSS)) for a in range(self._arms)])
        for arm in range(self._arms):
            curve = EvaluationCurve(*self._columns(f"arm{arm}.test", _TEST))
            for row in zip(curve.step, curve.test_loss, curve.test_accuracy, strict=True):
                history.add_evaluation(arm, int(row[0]), float(row[1]), float(row[2]))
        for step, kind, text, arm in self._meta["marks"][:200]:
            history.add_mark(Mark(int(step), str(kind)[:20], str(text)[:80], int(arm)))
        self._add_extras(history)
        return history

    def _description(self) -> dict[str, Any]:
        own = ("format", "version", "marks", "surfaces", "boundary")
        return {key: value for key, value in self._meta.items() if key not in own}

    def _frames(self, steps: Array) -> Iterator[Frame]:
        if not len(steps):
            return
        columns = [
            {name: self._field(arm, name, len(steps)) for name in ARM_FIELDS} for arm in range(self._arms)
        ]
        for index, step in enumerate(steps.tolist()):
            records = tuple(ArmRecord(**{n: column[n][index] for n in ARM_FIELDS}) for column in columns)
            yield Frame(step, records)

    def _field(self, arm: int, name: str, frames: int) -> Array:
        layers, units = len(self._meta["arms"][arm]["layers"]), len(self._meta["arms"][arm]["units"])
        kind, shape = _shape(name, layers, units)
        array = self._array(f"arm{arm}.{name}", kind, 1 + len(shape))
        if array.shape != (frames, *shape):
            raise InputError(
                f"{self._label}, arm{arm}.{name}: found shape {array.shape}, expected {(frames, *shape)}"
            )
        return array

    def _columns(self, prefix: str, names: tuple[str, ...]) -> list[Any]:
        columns = [self._array(f"{prefix}.{name}", "uf", 1) for name in names]
        if len({len(column) for column in columns}) > 1:
            raise InputError(
                f"{self._label}, {prefix}: found columns of different length, expected equal ones"
            )
        return columns

    def _add_extras(self, history: History) -> None:
        for index, (step, plane, stats) in enumerate(self._meta["surfaces"]):
            xs, ys, loss, path, captured = (self._array(f"surface{index}.{name}", "f") for name in _SURFACE)
            words = str(plane)[:20], str(stats)[:20]
            history.add_surface(SurfaceRecord(int(step), xs, ys, loss, path, captured, *words))
        if self._meta["boundary"] is not None:
            xs, ys, probability = (self._array(f"boundary.{name}", "f") for name in _BOUNDARY)
            history.set_boundary(BoundaryRecord(int(self._meta["boundary"]), xs, ys, probability))

    def _array(self, name: str, kinds: str, ndim: int | None = None) -> Array:
        if name not in self._reader.names:
            raise InputError(f"{self._label}: found no array {name}, expected one")
        array = self._reader.array(name)
        if array.dtype.kind not in kinds or (ndim is not None and array.ndim != ndim):
            raise InputError(
                f"{self._label}, {name}: found {array.ndim}-d {array.dtype}, expected {ndim}-d numbers"
            )
        return array


def _shape(name: str, layers: int, units: int) -> tuple[str, tuple[int, ...]]:
    """Return dtype kind and shape of one ArmRecord field."""
    return {
        "histogram": ("u", (layers, len(STAGES), BINS + 2)),
        "quantiles": ("f", (layers, len(STAGES), len(QUANTILES))),
        "moments": ("f", (layers, len(STAGES), 2)),
        "saturated": ("f", (layers,)),
        "derivative": ("f", (layers,)),
        "dead": ("f", (layers,)),
        "grad_norm": ("f", (layers + 1,)),
        "update_ratio": ("f", (layers + 1,)),
        "unit_percentiles": ("f", (layers, units, 3)),
        "parameters": ("f", (layers, len(PARAMETERS), len(QUANTILES))),
        "scalars": ("f", (len(SCALARS),)),
    }[name]
