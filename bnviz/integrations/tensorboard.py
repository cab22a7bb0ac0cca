"""The frames of a watch as scalars and histograms of TensorBoard, or of any writer with its two methods."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.integrations.driven import tell
from bnviz.telemetry.data_frame import numbers_of, numbers_of_calls
from bnviz.telemetry.history import History
from bnviz.telemetry.norm_records import NormRecords
from bnviz.telemetry.records import BINS, STAGES, ArmRecord, Frame
from bnviz.telemetry.run_description import WatchedModel

_SCALARS_OF_STAGES = ("mean", "std")
_MAX_REBUILT = 2000


@runtime_checkable
class Writer(Protocol):
    """What is needed of ``torch.utils.tensorboard.SummaryWriter``; wandb and others have writers like it."""

    def add_scalar(self, tag: str, scalar_value: float, global_step: int | None = None) -> Any:
        """Keep one number of a step."""

    def add_histogram(self, tag: str, values: Any, global_step: int | None = None) -> Any:
        """Keep the distribution of some values at a step."""


class HistoryWriter:
    """Writes what is new in a history; ``watcher.log_to(writer)`` makes one.

    Tags: ``<layer>/<stage>/mean``, ``<layer>/grad_norm``, ``<layer>/gamma.q50``, ``train_loss``, the histogram
    ``<layer>/<stage>`` on the fixed bins of the recording, and of each normalization layer ``<layer>/<phase>/z.q95``,
    ``<layer>/<phase>/ratio.q05`` and the like, where the phase is training, evaluation or no_grad. A writer that fails
    is not asked again, and a warning says so.

    Args:
        writer: has ``add_scalar`` and ``add_histogram``; ``add_histogram_raw`` is used where it is there.
        history: where the layers and the bins are described; they may become known later.

    Raises:
        InputError: the writer has no such methods.
    """

    def __init__(self, writer: object, history: History) -> None:
        if not isinstance(writer, Writer):
            raise InputError(
                f"log_to: found {type(writer).__name__}, expected a writer with add_scalar and add_histogram, "
                "such as torch.utils.tensorboard.SummaryWriter"
            )
        self._writer, self._history, self._failed = writer, history, False

    def write(self, frame: Frame | None, calls: NormRecords | None = None) -> None:
        """Write the numbers and histograms of one step; nothing is raised."""
        if self._failed:
            return
        try:
            if frame is not None:
                self._frame(frame)
            if calls is not None:
                self._calls(calls)
        except Exception as error:
            self._failed = True
            tell(f"bnviz stopped writing to {type(self._writer).__name__}, the recording continues: {error}")

    def _frame(self, frame: Frame) -> None:
        for record, arm in zip(frame.arms, self._history.description.arms, strict=True):
            for layer, stage, quantity, value in numbers_of(record, arm.layers):
                if stage == "" or (stage == "parameters" and quantity.endswith(".q50")):
                    self._writer.add_scalar(_tag(layer, quantity), value, frame.step)
                elif quantity in _SCALARS_OF_STAGES:
                    self._writer.add_scalar(_tag(layer, stage, quantity), value, frame.step)
            for index, layer in enumerate(arm.layers):
                for position, stage in enumerate(STAGES):
                    self._histogram(_tag(layer, stage), record, (index, position), frame.step)

    def _calls(self, calls: NormRecords) -> None:
        watched = self._history.description.watched
        norms = watched.norms if isinstance(watched, WatchedModel) else ()
        for step, (layer, phase, quantity, value) in numbers_of_calls(calls, norms):
            self._writer.add_scalar(_tag(layer, phase, quantity), value, step)

    def _histogram(self, tag: str, record: ArmRecord, at: tuple[int, int], step: int) -> None:
        counts = np.asarray(record.histogram[at], np.float64)
        total = float(counts.sum())
        if not total:
            return
        low, high = self._history.description.edges.of(STAGES[at[1]])
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
