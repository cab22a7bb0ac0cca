"""The results of a named study: units (one arm, one seed), and the whole study. Plain numbers.

The types of the attributes are also the rules by which msgspec checks a study's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Annotated, Any

from msgspec import Meta

from bnviz.config import Changes, InputError, RunConfig
from bnviz.files.typed_json import Name, Number, Printable, Share

MAX_POINTS, MAX_EXTRAS = 1000, 200

Steps = Annotated[int, Meta(ge=0, le=100_000_000)]
Seed = Annotated[int, Meta(ge=0, le=2**31)]
Curve = Annotated[tuple[Number | None, ...], Meta(max_length=MAX_POINTS)]
Extra = Number | Annotated[tuple[Number, ...], Meta(max_length=MAX_POINTS)] | None
Extras = Annotated[Mapping[Name, Extra], Meta(max_length=MAX_EXTRAS)]


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of training that a study compares.

    Attributes:
        name: key of its label (``study.arm.<name>``).
        changes: fields that differ from the study's base.
        steps: updates, where they differ from the study's (equal samples at
            another batch size); 0 = the study's.
    """

    name: str
    changes: Changes = ()
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expectation from the literature: one arm is better than another by a measure.

    Attributes:
        better: arm expected to be better; a name that ends with ``*`` stands for the arm with the
            highest mean accuracy among those whose names start with it (each recipe at its own best rate).
        worse: arm expected to be worse; it may end with ``*`` as well.
        measure: see ``bnviz.studies.summary.MEASURES``; ``extra:NAME`` is one of the extra numbers.
        against: measure of the worse arm, if it differs (two extra numbers of one arm); "" if not.
    """

    better: Name
    worse: Name
    measure: Name = "accuracy"
    against: Printable = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A published number, for comparison.

    Attributes:
        arm: the arm that is closest to the published one, or "" if none is.
        what: key of its words: "max_accuracy", "steps_to_72.2".
        value: the number.
        unit: "%", "steps", "million steps".
        source: short reference: "IS15, Figure 3".
    """

    arm: Printable
    what: Name
    value: Number
    unit: Printable
    source: Name


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One arm trained from one seed. Values that are not finite are None; accuracies are in 0..1.

    Attributes:
        arm: name of the arm.
        seed: of initial weights, batches and noise.
        key: hash of all settings and of the data, hex; equal keys mean equal numbers.
        steps: updates made at each evaluation, rising from 0.
        train_loss: mean loss of the batches since the previous evaluation; at step 0, the loss of the first batch.
        test_loss: on the test images of the curve, in evaluation mode.
        test_accuracy: on the test images of the curve, in evaluation mode.
        final_train_accuracy: of the trained net on at most 2,000 training images, in evaluation mode.
        final_test_accuracy: of the trained net on all test images of the study. None once it has diverged.
        best_test_accuracy: highest accuracy of the curve.
        steps_to_threshold: first evaluation at or above the study's threshold, or None.
        diverged: step at which the loss was no longer finite, or None.
        seconds: time of the unit, evaluations included.
        step_ms: computing time of one update, milliseconds.
        extras: further measurements of the study, by name.
    """

    arm: Name
    seed: Seed
    key: Name
    steps: Annotated[tuple[Steps, ...], Meta(max_length=MAX_POINTS)]
    train_loss: Curve
    test_loss: Curve
    test_accuracy: Annotated[tuple[Share | None, ...], Meta(max_length=MAX_POINTS)]
    final_train_accuracy: Share | None
    final_test_accuracy: Share | None
    best_test_accuracy: Share | None
    steps_to_threshold: Steps | None
    diverged: Steps | None
    seconds: Number
    step_ms: Number | None
    extras: Extras = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(later <= earlier for earlier, later in pairwise(self.steps)):
            raise ValueError("expected rising steps")
        for name in ("train_loss", "test_loss", "test_accuracy"):
            if len(getattr(self, name)) != len(self.steps):
                raise ValueError(f"expected one value of {name} per step")


@dataclass(frozen=True, slots=True)
class StudyResult:
    """The results of a study.

    Attributes:
        name: name of the study.
        base: recipe that all arms share.
        arms: the compared arms, in order; some may be made from others (an ensemble).
        seeds: each arm has one unit per seed.
        steps: updates of a unit, unless its arm says otherwise.
        threshold: the accuracy that ``steps_to_threshold`` refers to.
        chance: accuracy of guessing.
        units: arm by arm, seed by seed.
        expected: expectations from the literature.
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
