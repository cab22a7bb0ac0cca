"""Curves of bounded length: every step is included, and minima and maxima are never lost."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from operator import add

import numpy as np
import numpy.typing as npt

from bnviz.telemetry.thinned_list import ThinnedList

Row = tuple[int, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class LossCurve:
    """Training loss over steps, in buckets of equal length.

    Attributes:
        step: first step of each bucket, (N,).
        loss_min: smallest loss in each bucket, (N,).
        loss_max: largest loss in each bucket, (N,).
        loss_mean: mean loss in each bucket, (N,).
    """

    step: npt.NDArray[np.uint32]
    loss_min: npt.NDArray[np.float32]
    loss_max: npt.NDArray[np.float32]
    loss_mean: npt.NDArray[np.float32]


class LossLog:
    """Collects one loss per step and keeps at most ``capacity`` buckets.

    When it is full, neighbors are merged in pairs: the resolution of the curve is halved, its extremes are kept.
    """

    def __init__(self, capacity: int = 1024) -> None:
        if capacity < 2 or capacity % 2:
            raise ValueError(f"capacity must be an even number of at least 2, got {capacity}")
        self._capacity = capacity
        self._width = 1
        self._first = 0
        # Arrays, since lists of a thousand numbers take many times as long to copy, three times per second and arm.
        self._low, self._high, self._sum = array("d"), array("d"), array("d")
        self._count = array("q")

    def append(self, loss: float) -> None:
        """Add the loss of the next step (the first call is step 0)."""
        if self._count and self._count[-1] < self._width:
            self._low[-1] = min(self._low[-1], loss)
            self._high[-1] = max(self._high[-1], loss)
            self._sum[-1] += loss
            self._count[-1] += 1
            return
        if len(self._count) == self._capacity:
            self._halve()
        self._low.append(loss)
        self._high.append(loss)
        self._sum.append(loss)
        self._count.append(1)

    def _halve(self) -> None:
        self._low = array("d", map(min, self._low[::2], self._low[1::2]))
        self._high = array("d", map(max, self._high[::2], self._high[1::2]))
        self._sum = array("d", map(add, self._sum[::2], self._sum[1::2]))
        self._count = array("q", map(add, self._count[::2], self._count[1::2]))
        self._width *= 2

    def snapshot(self) -> LossCurve:
        """Return the curve so far."""
        # ``tobytes`` copies in one go; an array that numpy looks into could not grow meanwhile.
        low, high, total = (np.frombuffer(part.tobytes(), np.float64) for part in (self._low, self._high, self._sum))
        count = np.frombuffer(self._count.tobytes(), np.int64)
        step = np.arange(len(count), dtype=np.uint32) * np.uint32(self._width)
        mean = total / np.maximum(count, 1)
        return LossCurve(step, low.astype(np.float32), high.astype(np.float32), mean.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationCurve:
    """Evaluations on the test data over steps, arrays (N,)."""

    step: npt.NDArray[np.uint32]
    test_loss: npt.NDArray[np.float32]
    test_accuracy: npt.NDArray[np.float32]


class EvaluationLog:
    """Collects evaluations: the first hundred, then evenly thinned ones, and always the newest.

    Args:
        capacity: most evaluations kept.
    """

    def __init__(self, capacity: int = 1000) -> None:
        self._rows: ThinnedList[Row] = ThinnedList(min(100, capacity // 2), capacity)

    def append(self, step: int, test_loss: float, test_accuracy: float) -> None:
        """Add one evaluation."""
        self._rows.append((step, test_loss, test_accuracy))

    @property
    def last(self) -> Row | None:
        """The newest evaluation (step, loss, accuracy), or None."""
        return self._rows.newest

    def snapshot(self) -> EvaluationCurve:
        """Return the curve so far."""
        table = np.asarray(self._rows.items(), np.float64).reshape(-1, 3)
        return EvaluationCurve(
            table[:, 0].astype(np.uint32), table[:, 1].astype(np.float32), table[:, 2].astype(np.float32)
        )
