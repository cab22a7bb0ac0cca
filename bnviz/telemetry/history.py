"""History: the frames and curves of a run, bounded whatever its length."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from bnviz.config import Experiment, experiment_from_dict
from bnviz.telemetry.curves import EvaluationCurve, EvaluationLog, LossCurve, LossLog
from bnviz.telemetry.records import ARM_FIELDS, BoundaryRecord, Frame, Mark, SurfaceRecord

FIRST_KEPT = 101
"""Step 0 and the first 100 captures are always kept."""

_FRAME_BYTES = 8 * 2**20
_MAX_SURFACES = 24
_MAX_MARKS = 200


class FrameStore:
    """Frames in step order: the first FIRST_KEPT all, the rest evenly thinned, the newest always.

    Args:
        capacity: most frames kept; at least FIRST_KEPT + 4. None takes what fits into about 8 MB.
    """

    def __init__(self, capacity: int | None = None) -> None:
        if capacity is not None and capacity < FIRST_KEPT + 4:
            raise ValueError(f"capacity must be at least {FIRST_KEPT + 4}, got {capacity}")
        self._capacity = capacity
        self._first: list[Frame] = []
        self._rest: list[Frame] = []
        self._newest: Frame | None = None
        self._stride = 1
        self._seen = 0

    def append(self, frame: Frame) -> None:
        """Add the newest frame; older ones may be thinned out."""
        if self._capacity is None:
            self._capacity = _affordable(frame)
        if len(self._first) < FIRST_KEPT:
            self._first.append(frame)
            return
        self._newest = frame
        if self._seen % self._stride == 0:
            self._rest.append(frame)
            if len(self._first) + len(self._rest) >= self._capacity:
                self._rest = self._rest[::2]
                self._stride *= 2
        self._seen += 1

    def snapshot(self) -> list[Frame]:
        """Return the kept frames in step order."""
        frames = self._first + self._rest
        if self._newest is not None and (not frames or frames[-1] is not self._newest):
            frames.append(self._newest)
        return frames


def _affordable(frame: Frame) -> int:
    size: int = sum(getattr(arm, name).nbytes for arm in frame.arms for name in ARM_FIELDS)
    return max(FIRST_KEPT + 49, min(500, _FRAME_BYTES // max(size, 1)))


@dataclass(eq=False)
class History:
    """What is known of a run. Safe to read from any thread while one thread writes.

    Attributes:
        meta: plain description of experiment, arms, axes and provenance (the HELLO of ARCHITECTURE.md).
        capacity: most frames kept; None takes what fits into about 8 MB.
    """

    meta: dict[str, Any]
    capacity: int | None = None
    _lock: RLock = field(default_factory=RLock, repr=False)

    def __post_init__(self) -> None:
        arms = len(self.meta["arms"])
        self._frames = FrameStore(self.capacity)
        self._losses = [LossLog() for _ in range(arms)]
        self._tests = [EvaluationLog() for _ in range(arms)]
        self._marks: list[Mark] = []
        self._surfaces: list[SurfaceRecord] = []
        self._boundary: BoundaryRecord | None = None
        self._loaded_losses: list[LossCurve] | None = None

    @property
    def experiment(self) -> Experiment:
        """The experiment that was run."""
        return experiment_from_dict(self.meta["experiment"])

    def add_frame(self, frame: Frame) -> None:
        """Keep a frame (and thin the older ones)."""
        with self._lock:
            self._frames.append(frame)

    def add_losses(self, losses: Sequence[float | None]) -> None:
        """Keep the training loss of one step for every arm; None for an arm that has ended."""
        with self._lock:
            for log, loss in zip(self._losses, losses, strict=True):
                if loss is not None:
                    log.append(loss)

    def add_evaluation(self, arm: int, step: int, loss: float, accuracy: float) -> None:
        """Keep one evaluation on the test data."""
        with self._lock:
            self._tests[arm].append(step, loss, accuracy)

    def add_mark(self, mark: Mark) -> None:
        """Keep a change or a lesson; beyond 200 the oldest changes go, divergences stay."""
        with self._lock:
            self._marks.append(mark)
            if len(self._marks) > _MAX_MARKS:
                oldest = next((m for m in self._marks if m.kind == "changed"), self._marks[0])
                self._marks.remove(oldest)

    def add_surface(self, surface: SurfaceRecord) -> None:
        """Keep a loss surface; beyond 24 every second older one goes."""
        with self._lock:
            self._surfaces.append(surface)
            if len(self._surfaces) > _MAX_SURFACES:
                self._surfaces = self._surfaces[::-2][::-1]

    def set_boundary(self, boundary: BoundaryRecord) -> None:
        """Keep the newest decision boundary."""
        with self._lock:
            self._boundary = boundary

    @property
    def frames(self) -> list[Frame]:
        """Kept frames, ascending in step."""
        with self._lock:
            return self._frames.snapshot()

    def nearest(self, step: int) -> Frame | None:
        """Return the newest kept frame at or before a step (the first one if none is), None when empty."""
        frames = self.frames
        if not frames:
            return None
        return frames[max(0, bisect_right(frames, step, key=lambda frame: frame.step) - 1)]

    @property
    def curves(self) -> list[LossCurve]:
        """Training loss per arm."""
        with self._lock:
            return self._loaded_losses or [log.snapshot() for log in self._losses]

    @property
    def evaluations(self) -> list[EvaluationCurve]:
        """Test loss and accuracy per arm."""
        with self._lock:
            return [log.snapshot() for log in self._tests]

    def last_evaluation(self, arm: int) -> tuple[int, float, float] | None:
        """Return the newest (step, test loss, test accuracy) of an arm."""
        with self._lock:
            return self._tests[arm].last

    @property
    def marks(self) -> list[Mark]:
        """Changes and divergences, in order."""
        with self._lock:
            return list(self._marks)

    @property
    def surfaces(self) -> list[SurfaceRecord]:
        """Kept loss surfaces, in order."""
        with self._lock:
            return list(self._surfaces)

    @property
    def boundary(self) -> BoundaryRecord | None:
        """The newest decision boundary, for 2-D data."""
        with self._lock:
            return self._boundary

    def restore_curves(self, losses: list[LossCurve], evaluations: list[EvaluationCurve]) -> None:
        """Put back curves that were read from a recording; such a History takes no more losses."""
        logs = []
        for curve in evaluations:
            log = EvaluationLog(capacity=len(curve.step) + 2)  # nothing is thinned a second time
            for step, loss, accuracy in zip(curve.step, curve.test_loss, curve.test_accuracy, strict=True):
                log.append(int(step), float(loss), float(accuracy))
            logs.append(log)
        with self._lock:
            self._loaded_losses, self._tests = losses, logs
