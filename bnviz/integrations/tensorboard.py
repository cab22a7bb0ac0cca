"""The frames of a watch as scalars and histograms of TensorBoard, or of any writer with its two methods."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.telemetry.data_frame import numbers_of
from bnviz.telemetry.records import BINS, STAGES, ArmRecord, Frame
from bnviz.telemetry.run_description import RunDescription

_SCALARS_OF_STAGES = ("mean", "std")
_MAX_REBUILT = 2000


@runtime_checkable
class Writer(Protocol):
    """What is needed of ``torch.utils.tensorboard.SummaryWriter``; wandb and others have writers like it."""

    def add_scalar(self, tag: str, scalar_value: float, global_step: int | None = None) -> Any:
        """Keep one number of a step."""

    def add_histogram(self, tag: str, values: Any, global_step: int | None = None) -> Any:
        """Keep the distribution of some values at a step."""


class FrameWriter:
    """Writes each frame once; ``watcher.log_to(writer)`` makes one.

    Tags: ``<layer>/<stage>/mean``, ``<layer>/grad_norm``, ``<layer>/gamma.q50``, ``train_loss``, and the histogram
    ``<layer>/<stage>`` on the fixed bins of the recording.

    Args:
        writer: has ``add_scalar`` and ``add_histogram``; ``add_histogram_raw`` is used where it is there.
        description: names the layers and the bins.

    Raises:
        InputError: the writer has no such methods.
    """

    def __init__(self, writer: object, description: RunDescription) -> None:
        if not isinstance(writer, Writer):
            raise InputError(
                f"log_to: found {type(writer).__name__}, expected a writer with add_scalar and add_histogram, "
                "such as torch.utils.tensorboard.SummaryWriter"
            )
        self._writer, self._description = writer, description

    def write(self, frame: Frame) -> None:
        """Write a frame's numbers and histograms at its step."""
        for record, arm in zip(frame.arms, self._description.arms, strict=True):
            for layer, stage, quantity, value in numbers_of(record, arm.layers):
                if stage in ("", "parameters") and (stage == "" or quantity.endswith(".q50")):
                    self._writer.add_scalar(_tag(layer, quantity), value, frame.step)
                elif quantity in _SCALARS_OF_STAGES:
                    self._writer.add_scalar(_tag(layer, stage, quantity), value, frame.step)
            for index, layer in enumerate(arm.layers):
                for position, stage in enumerate(STAGES):
                    self._histogram(_tag(layer, stage), record, (index, position), frame.step)

    def _histogram(self, tag: str, record: ArmRecord, at: tuple[int, int], step: int) -> None:
        counts = np.asarray(record.histogram[at], np.float64)
        total = float(counts.sum())
        if not total:
            return
        low, high = self._description.edges.of(STAGES[at[1]])
        edges = np.linspace(low, high, BINS + 1)
        raw = getattr(self._writer, "add_histogram_raw", None)
        if raw is None:
            self._writer.add_histogram(tag, _rebuilt(counts, edges), step)
            return
        mean, std = (float(value) for value in record.moments[at])
        # The first limit closes the bin below the axis; the last one is that of the bin beyond it.
        limits = [*edges.tolist(), float(np.finfo(np.float64).max)]
        squares = (std**2 + mean**2) * total
        raw(tag, low, high, total, mean * total, squares, limits, counts.tolist(), step)


def _rebuilt(counts: Floats, edges: Floats) -> Floats:
    """Return values with the same histogram, each at the middle of its bin, at most about ``_MAX_REBUILT``."""
    centers = np.concatenate([edges[:1], (edges[:-1] + edges[1:]) / 2, edges[-1:]])
    share = min(1.0, _MAX_REBUILT / counts.sum())
    repeated: Floats = np.repeat(centers, np.ceil(counts * share).astype(np.int64))
    return repeated


def _tag(*parts: str) -> str:
    return "/".join(part for part in parts if part)
