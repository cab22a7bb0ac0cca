"""History: the frames and curves of a run, while it grows (RunHistory) or as it was recorded (Recording)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bnviz.config import Experiment
from bnviz.telemetry import data_frame
from bnviz.telemetry.curves import EvaluationCurve, EvaluationLog, LossCurve, LossLog
from bnviz.telemetry.norm_records import NormLog, NormRecords
from bnviz.telemetry.records import ARM_FIELDS, BoundaryRecord, Frame, Mark, SurfaceRecord
from bnviz.telemetry.run_description import RunDescription, WatchedModel
from bnviz.telemetry.thinned_list import ThinnedList

if TYPE_CHECKING:
    import pandas

FIRST_KEPT = 101
"""Step 0 and the first 100 captures are always kept."""

_FRAME_BYTES = 8 * 2**20
_MAX_SURFACES = 24
MAX_BOUNDARIES = 80
_MAX_MARKS = 200


@runtime_checkable
class History(Protocol):
    """What was observed of a run, for reading; RunHistory grows, Recording is complete."""

    @property
    def description(self) -> RunDescription:
        """Experiment, arms, axes, data and provenance."""

    @property
    def meta(self) -> dict[str, Any]:
        """The description as plain values (the HELLO of ARCHITECTURE.md)."""

    @property
    def experiment(self) -> Experiment:
        """The experiment that was run."""

    @property
    def frames(self) -> list[Frame]:
        """Kept frames, ascending in step."""

    @property
    def curves(self) -> list[LossCurve]:
        """Training loss per arm."""

    @property
    def evaluations(self) -> list[EvaluationCurve]:
        """Test loss and accuracy per arm."""

    def last_evaluation(self, arm: int) -> tuple[int, float, float] | None:
        """Return the newest (step, test loss, test accuracy) of an arm, None before the first one."""

    @property
    def marks(self) -> list[Mark]:
        """Changes and divergences, in order."""

    @property
    def surfaces(self) -> list[SurfaceRecord]:
        """Kept loss surfaces, in order."""

    @property
    def boundaries(self) -> list[BoundaryRecord]:
        """Kept decision boundaries, in order; only for 2-D data."""

    @property
    def boundary(self) -> BoundaryRecord | None:
        """The newest decision boundary, for 2-D data."""

    @property
    def norm_records(self) -> NormRecords:
        """What each normalization layer did, call by call; empty where no model was watched."""

    def nearest(self, step: int) -> Frame | None:
        """Return the newest kept frame at or before a step (the first one if none is), None when empty."""

    def to_frame(self) -> pandas.DataFrame:
        """Return all numbers as one table of pandas in long form; see ``telemetry.data_frame``."""


class _Described:
    """The parts of a History that follow from its description."""

    description: RunDescription

    def to_frame(self: History) -> pandas.DataFrame:
        """Return all numbers as one table of pandas in long form; see ``telemetry.data_frame``.

        ::

            table = bnviz.load("run.npz").to_frame()
            table[table.quantity == "grad_norm"].pivot(index="step", columns="layer", values="value").plot()

        Raises:
            InputError: pandas is not installed.
        """
        watched = self.description.watched
        norms = watched.norms if isinstance(watched, WatchedModel) else ()
        return data_frame.data_frame(self.frames, self.description.arms, self.norm_records, norms)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show itself in a notebook; the room that knows how is imported only there."""
        bundle: tuple[dict[str, Any], dict[str, Any]] = import_module("bnviz.notebook.show").mimebundle(self)
        return bundle

    @property
    def meta(self) -> dict[str, Any]:
        """The description as plain values (the HELLO of ARCHITECTURE.md)."""
        return self.description.to_dict()

    @property
    def experiment(self) -> Experiment:
        """The experiment that was run."""
        return self.description.parsed_experiment


class RunHistory(_Described):
    """The history of a run that trains; its size is bounded, however long the run is.

    It is safe to read from any thread while one thread writes.

    Args:
        description: description of the run.
        capacity: most frames kept, at least FIRST_KEPT + 4; by default what fits into about 8 MB.
    """

    def __init__(self, description: RunDescription, capacity: int | None = None) -> None:
        if capacity is not None and capacity < FIRST_KEPT + 4:
            raise ValueError(f"capacity must be at least {FIRST_KEPT + 4}, got {capacity}")
        self.description = description
        self._capacity = capacity
        self._lock = RLock()
        self._frames: ThinnedList[Frame] | None = None
        self._losses = [LossLog() for _ in description.arms]
        self._tests = [EvaluationLog() for _ in description.arms]
        self._marks: list[Mark] = []
        self._surfaces: ThinnedList[SurfaceRecord] = ThinnedList(0, _MAX_SURFACES)
        self._boundaries: ThinnedList[BoundaryRecord] = ThinnedList(0, MAX_BOUNDARIES)
        self._norms = NormLog()
        self._listeners: list[Callable[[], None]] = []

    def __reduce__(self) -> tuple[type[Recording], tuple[Any, ...]]:
        """A copy, or what is read from a pickle, is a Recording of what is kept so far: it does not grow."""
        now = self.frozen()
        return Recording, tuple(getattr(now, part.name) for part in fields(Recording))

    def frozen(self) -> Recording:
        """Return what is kept so far as a Recording."""
        with self._lock:
            return Recording(
                self.description,
                self.frames,
                self.curves,
                self.evaluations,
                self.marks,
                self.surfaces,
                self.boundaries,
                self.norm_records,
            )

    def describe(self, description: RunDescription, frames: Sequence[Frame] | None = None) -> None:
        """Replace the description, of as many arms; a watched model's layers are known only when they have run.

        Args:
            description: the new one.
            frames: the frames kept so far, rewritten to its layers; None leaves them.
        """
        with self._lock:
            self.description = description
            if frames is not None:
                self._frames = None
                for frame in frames:
                    self._append(frame)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call a function after every new frame, in the thread that adds it; it must be quick and raise nothing."""
        self._listeners.append(listener)

    def add_norm_records(self, table: NormRecords) -> None:
        """Keep what the normalization layers of a watched model did in one step."""
        with self._lock:
            self._norms.append(table)

    @property
    def norm_records(self) -> NormRecords:
        """What each normalization layer did, call by call; empty where no model was watched."""
        with self._lock:
            return self._norms.table()

    def add_frame(self, frame: Frame) -> None:
        """Keep a frame (and thin the older ones)."""
        with self._lock:
            self._append(frame)
        for listener in self._listeners:
            listener()

    def _append(self, frame: Frame) -> None:
        if self._frames is None:
            self._frames = ThinnedList(FIRST_KEPT, self._capacity or _affordable(frame))
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
        """Keep a change or a divergence; beyond 200 marks the oldest change is dropped."""
        with self._lock:
            self._marks.append(mark)
            if len(self._marks) > _MAX_MARKS:
                oldest = next((m for m in self._marks if m.kind == "changed"), self._marks[0])
                self._marks.remove(oldest)

    def add_surface(self, surface: SurfaceRecord) -> None:
        """Keep a loss surface; at most 24 are kept, evenly thinned, and always the newest."""
        with self._lock:
            self._surfaces.append(surface)

    def add_boundary(self, boundary: BoundaryRecord) -> None:
        """Keep a decision boundary; at most 80 are kept, evenly thinned, and always the newest."""
        with self._lock:
            self._boundaries.append(boundary)

    @property
    def frames(self) -> list[Frame]:
        """Kept frames, ascending in step."""
        with self._lock:
            return [] if self._frames is None else self._frames.items()

    @property
    def nbytes(self) -> int:
        """Bytes of the numbers of all kept frames."""
        frames = self.frames
        return len(frames) * _bytes_of(frames[-1]) if frames else 0

    @property
    def fullness(self) -> float:
        """Share of the frames that it has room for, 0..1; at 1, it does not grow any more."""
        with self._lock:
            return 0.0 if self._frames is None else self._frames.fullness

    def nearest(self, step: int) -> Frame | None:
        """Return the newest kept frame at or before a step (the first one if none is), None when empty."""
        return nearest_frame(self.frames, step)

    @property
    def curves(self) -> list[LossCurve]:
        """Training loss per arm."""
        with self._lock:
            return [log.snapshot() for log in self._losses]

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
            return self._surfaces.items()

    @property
    def boundaries(self) -> list[BoundaryRecord]:
        """Kept decision boundaries, in order; only for 2-D data."""
        with self._lock:
            return self._boundaries.items()

    @property
    def boundary(self) -> BoundaryRecord | None:
        """The newest decision boundary, for 2-D data."""
        with self._lock:
            return self._boundaries.newest


@dataclass(frozen=True, eq=False)
class Recording(_Described):
    """The history of a run as it was saved; it never changes."""

    description: RunDescription
    frames: list[Frame]
    curves: list[LossCurve]
    evaluations: list[EvaluationCurve]
    marks: list[Mark]
    surfaces: list[SurfaceRecord]
    boundaries: list[BoundaryRecord]
    norm_records: NormRecords = field(default_factory=lambda: NormRecords.of_rows(()))

    @property
    def boundary(self) -> BoundaryRecord | None:
        """The newest decision boundary, for 2-D data."""
        return self.boundaries[-1] if self.boundaries else None

    def last_evaluation(self, arm: int) -> tuple[int, float, float] | None:
        """Return the newest (step, test loss, test accuracy) of an arm, None before the first one."""
        curve = self.evaluations[arm]
        if not len(curve.step):
            return None
        return int(curve.step[-1]), float(curve.test_loss[-1]), float(curve.test_accuracy[-1])

    def nearest(self, step: int) -> Frame | None:
        """Return the newest kept frame at or before a step (the first one if none is), None when empty."""
        return nearest_frame(self.frames, step)


def nearest_frame(frames: Sequence[Frame], step: int) -> Frame | None:
    """Return the newest frame at or before a step (the first one if none is), None when there are none."""
    if not frames:
        return None
    return frames[max(0, bisect_right(frames, step, key=lambda frame: frame.step) - 1)]


def _bytes_of(frame: Frame) -> int:
    return sum(getattr(arm, name).nbytes for arm in frame.arms for name in ARM_FIELDS)


def _affordable(frame: Frame) -> int:
    return max(FIRST_KEPT + 49, min(500, _FRAME_BYTES // max(_bytes_of(frame), 1)))
