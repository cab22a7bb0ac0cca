"""What a named study measured: units (one arm, one seed), and the study that they make up. Plain numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bnviz.config import Changes, InputError, RunConfig

Curve = tuple[float | None, ...]
Extra = float | tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of training that a study compares.

    Attributes:
        name: key of its words (``study.arm.<name>``).
        changes: fields that differ from the study's base.
        steps: updates, where they differ from the study's (equal samples at
            another batch size); 0 = the study's.
    """

    name: str
    changes: Changes = ()
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the literature lets one expect: one arm is better than another by a measure.

    Attributes:
        better: arm expected to be better; a name that ends with ``*`` stands for the arm with the
            highest mean accuracy among those whose names start so (each recipe at its own best rate).
        worse: arm expected to be worse; likewise.
        measure: see ``bnviz.studies.summary.MEASURES``; ``extra:NAME`` is one of the extra numbers.
        against: measure of the worse arm, where it is another one (two extra numbers of one arm).
    """

    better: str
    worse: str
    measure: str = "accuracy"
    against: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A number that somebody published, for comparison.

    Attributes:
        arm: arm of ours that comes closest, or "" where none does.
        what: key of its words: "max_accuracy", "steps_to_72.2".
        value: the number.
        unit: "%", "steps", "million steps".
        source: short reference: "IS15, Figure 3".
    """

    arm: str
    what: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One arm trained from one seed. What is not finite is None; accuracies are shares in 0..1.

    Attributes:
        arm: name of the arm.
        seed: of initial weights, batches and noise.
        key: hash of all settings and of the data, hex; equal keys mean equal numbers.
        steps: updates made at each evaluation, rising from 0.
        train_loss: mean loss of the batches since the evaluation before; at 0 that of the first batch.
        test_loss: on the test images of the curve, in evaluation mode.
        test_accuracy: likewise.
        final_train_accuracy: of the trained net on at most 2,000 training images, in evaluation mode.
        final_test_accuracy: of the trained net on all test images of the study. None once it has diverged.
        best_test_accuracy: highest of the curve.
        steps_to_threshold: first evaluation at or above the study's threshold, or None.
        diverged: step at which the loss was no longer finite, or None.
        seconds: time of the unit, evaluations included.
        step_ms: computing time of one update, milliseconds.
        extras: what else the study measures, by name.
    """

    arm: str
    seed: int
    key: str
    steps: tuple[int, ...]
    train_loss: Curve
    test_loss: Curve
    test_accuracy: Curve
    final_train_accuracy: float | None
    final_test_accuracy: float | None
    best_test_accuracy: float | None
    steps_to_threshold: int | None
    diverged: int | None
    seconds: float
    step_ms: float | None
    extras: Mapping[str, Extra] = field(default_factory=dict)

    def untimed(self) -> UnitResult:
        """Return the same without the times: what a repetition must reproduce exactly."""
        return replace(self, seconds=0.0, step_ms=None)


@dataclass(frozen=True, slots=True)
class StudyResult:
    """A study that was run.

    Attributes:
        name: of the study.
        base: recipe that all arms share.
        arms: what was compared, in order; may include arms made from others (an ensemble).
        seeds: one unit of each arm from each.
        steps: updates of a unit, unless its arm says otherwise.
        threshold: accuracy of ``steps_to_threshold``.
        chance: accuracy of guessing.
        units: arm by arm, seed by seed.
        expected: what was expected.
        published: numbers of the literature.
        provenance: date, dataset (label), n_train, n_test, cores, versions, seconds, command.
    """

    name: str
    base: RunConfig
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    steps: int
    threshold: float
    chance: float
    units: tuple[UnitResult, ...]
    expected: tuple[Expectation, ...] = ()
    published: tuple[Published, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def of(self, arm: str) -> tuple[UnitResult, ...]:
        """Return the units of an arm, in the order of the seeds; raises InputError for unknown arms."""
        if arm not in {a.name for a in self.arms}:
            known = ", ".join(a.name for a in self.arms)
            raise InputError(f"study {self.name} has no arm {arm!r:.80}; its arms are {known}")
        return tuple(unit for unit in self.units if unit.arm == arm)

    def config(self, arm: str) -> RunConfig:
        """Return the recipe of an arm (its seed is the base's); raises InputError for unknown arms."""
        self.of(arm)
        changes = next(a.changes for a in self.arms if a.name == arm)
        return self.base.with_fields(**dict(changes))

    def steps_of(self, arm: str) -> int:
        """Return how many updates a unit of an arm makes."""
        self.of(arm)
        return next(a.steps for a in self.arms if a.name == arm) or self.steps
