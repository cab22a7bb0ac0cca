"""The loss surface after a training, and its file."""

from __future__ import annotations

import json
import os
from typing import Any, BinaryIO

import numpy as np

from bnviz.config import Experiment, InputError, experiment_from_dict
from bnviz.data import load_dataset
from bnviz.files import NpzReader, read_from, write_npz
from bnviz.landscape.at_checkpoint import surface_at
from bnviz.progress import ProgressCallback, no_progress
from bnviz.telemetry.records import Array, SurfaceRecord
from bnviz.training.permits import CorePermits
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

SAMPLES = 1000
"""Training samples that the loss of an mlp is averaged over."""

FORMAT, VERSION = "bnviz-surface", 1
MAX_GRID = 201
_PATH_POINTS = 48
_MAX_BYTES = 16 * 2**20
_ARRAYS = ("xs", "ys", "loss", "path", "captured")


def surface_result(
    experiment: Experiment,
    steps: int,
    grid: int | None = None,
    bn_stats: str = "batch",
    plane: str = "pca",
    n_samples: int | None = None,
    on_progress: ProgressCallback = no_progress,
    allow_any_path: bool = False,
    permits: CorePermits | None = None,
) -> SurfaceRecord:
    """Train all arms and measure the loss around where they ended; a repetition gives the same numbers.

    Args:
        experiment: what to train.
        steps: updates; fewer when every arm diverges.
        grid: points per axis; None chooses as ``surface_at`` does.
        bn_stats: "batch" or "running".
        plane: "random" (filter-normalized) or "pca" (of the paths).
        n_samples: training samples that the loss is averaged over; None is ``SAMPLES`` for an mlp, else as
            ``surface_at`` chooses.
        on_progress: called with (steps done, steps in all) now and then.
        allow_any_path: whether the data set may be a file anywhere (a command line may, a visitor may not).
        permits: cores that may help with the surface; None computes it in the calling thread.

    Raises:
        InputError: unknown data set, device, plane or statistics; steps below 1; a grid out of bounds.
    """
    if steps < 1:
        raise InputError(f"steps must be at least 1, got {steps}")
    if grid is not None and not 2 <= grid <= MAX_GRID:
        raise InputError(f"grid must be a whole number from 2 to {MAX_GRID}, got {grid}")
    dataset = load_dataset(experiment.base.dataset, allow_any_path=allow_any_path)
    # A path point is kept at captures only; evaluations are not needed.
    arms = Trainer(experiment, dataset, steps, StepSchedule(max(1, steps // _PATH_POINTS)), StepSchedule(steps))
    while arms.step < steps and not arms.all_diverged:
        arms.advance()
        if arms.step % 100 == 0:
            on_progress(arms.step, steps)
    if n_samples is None and experiment.base.net == "mlp":
        n_samples = SAMPLES
    return surface_at(arms.checkpoint(), dataset, plane, bn_stats, grid, n_samples, permits=permits)


def save_surface(record: SurfaceRecord, experiment: Experiment, target: str | os.PathLike[str] | BinaryIO) -> None:
    """Write a surface and its recipe as one .npz; no half file remains when it fails."""
    meta = {
        "format": FORMAT,
        "version": VERSION,
        "step": record.step,
        "plane": record.plane,
        "bn_stats": record.bn_stats,
        "experiment": experiment.to_dict(),
    }
    arrays: dict[str, Array] = {name: getattr(record, name) for name in _ARRAYS}
    arrays["meta"] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    write_npz(arrays, target)


def load_surface(source: str | os.PathLike[str] | bytes, label: str | None = None) -> tuple[SurfaceRecord, Experiment]:
    """Read what ``save_surface`` wrote.

    Args:
        source: a path, or the bytes themselves.
        label: how messages call it; the file's name by default.

    Raises:
        InputError: the file is not a bnviz surface, or it is damaged, too large or inconsistent; in one sentence.
    """
    return read_from(source, "surface", label, _read)


def _read(file: BinaryIO, label: str) -> tuple[SurfaceRecord, Experiment]:
    with NpzReader(file, label, len(_ARRAYS) + 1, _MAX_BYTES) as reader:
        if set(reader.names) != {"meta", *_ARRAYS}:
            found = ", ".join(sorted(reader.names)[:8])
            raise InputError(f"{label}: found arrays {found}, expected meta, {', '.join(_ARRAYS)}")
        meta = _meta(reader.array("meta"), label)
        arrays = {name: reader.array(name) for name in _ARRAYS}
    try:
        experiment = experiment_from_dict(meta["experiment"])
        words = {"step": int(meta["step"]), "plane": str(meta["plane"]), "bn_stats": str(meta["bn_stats"])}
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{label}: found a description with parts missing or wrong ({error})") from error
    record = SurfaceRecord(**arrays, **words)  # type: ignore[arg-type]
    _check(record, len(experiment.arms), label)
    return record, experiment


def _meta(raw: Array, label: str) -> dict[str, Any]:
    try:
        meta = json.loads(raw.tobytes())
    except (ValueError, RecursionError):
        meta = None
    if not isinstance(meta, dict) or (meta.get("format"), meta.get("version")) != (FORMAT, VERSION):
        raise InputError(f"{label}: found another kind of file, expected {FORMAT} version {VERSION}")
    return meta


def _check(record: SurfaceRecord, arms: int, label: str) -> None:
    columns, rows = record.xs.size, record.ys.size
    points = record.path.shape[1] if record.path.ndim == 3 else 0
    expected = {
        "xs": (columns,),
        "ys": (rows,),
        "loss": (arms, rows, columns),
        "path": (arms, points, 2),
        "captured": (arms,),
    }
    for name, shape in expected.items():
        array: Array = getattr(record, name)
        if array.shape != shape or array.dtype != np.float32:
            raise InputError(
                f"{label}, {name}: found shape {array.shape} of {array.dtype}, expected {shape} of float32"
            )
