"""Study: a named experiment of the literature; StudyRun: the recipe of one unit, one arm from one seed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from bnviz.config import InputError, RunConfig, Value
from bnviz.data import Dataset
from bnviz.studies.records import Arm, Expectation, Extra, Published, UnitResult
from bnviz.training.twins import Twin

HASH_VERSION = 1
"""It is part of every unit's key. Raise it when equal settings no longer give equal numbers."""

MAX_SEEDS = 20


@dataclass(frozen=True, slots=True, eq=False)
class TrainedUnit:
    """A unit after its last step, for a hook that measures more.

    Attributes:
        unit: its recipe.
        twin: the trained net and its optimizer.
        dataset: the data, already cut to the study's limits.
        x_train: (N, D), training inputs on the net's device.
        x_test: (M, D), test inputs on the net's device.
        y_test: (M,), test labels on the net's device.
    """

    unit: StudyRun
    twin: Twin
    dataset: Dataset
    x_train: Tensor
    x_test: Tensor
    y_test: Tensor


@dataclass(frozen=True, slots=True)
class UnitOutput:
    """A unit's result, and as text what only the study's combination needs (class probabilities, for example)."""

    result: UnitResult
    payload: str = ""


@dataclass(frozen=True, slots=True)
class ExtraMetrics:
    """What a hook measured: extra numbers by name, and text for the study's combination."""

    extras: Mapping[str, Extra]
    payload: str = ""


@dataclass(frozen=True, slots=True)
class PostTrainingHook:
    """A measurement of every trained unit.

    Attributes:
        id: its name in the unit's key. It says what is measured and never changes, whatever the function is called:
            another id invalidates every recorded unit.
        measure: the function, at module level so that other processes can import it.
    """

    id: str
    measure: Callable[[TrainedUnit], ExtraMetrics]


Combination = Callable[["Study", Sequence[UnitOutput], Dataset], tuple[UnitResult, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A named experiment: what is trained, on how much, and what is expected of it.

    Attributes:
        name: key of its words (``study.<name>.title`` and so on).
        base: recipe that all arms share; its dataset is the published one.
        arms: what is compared, any number.
        steps: updates of a unit, unless its arm says otherwise.
        threshold: accuracy of "steps to threshold".
        evaluations: points of the curve after step 0.
        spacing: how these points are spread over the steps: "even" or "log".
        seeds: default number of seeds.
        n_train: training samples, balanced and evenly spaced; 0 = all.
        n_test: test samples, balanced and evenly spaced; 0 = all.
        n_curve: test samples of the curve's points, balanced and evenly spaced; 0 = all of n_test. The final
            accuracy uses all n_test.
        hook: measures more of every trained unit, or None.
        combined: arms that ``combination`` makes from the units of the others.
        combination: the function that makes them, or None.
        expected: what the literature lets one expect.
        published: numbers of the literature.
    """

    name: str
    base: RunConfig
    arms: tuple[Arm, ...]
    steps: int
    threshold: float
    evaluations: int = 40
    spacing: str = "even"
    seeds: int = 3
    n_train: int = 0
    n_test: int = 2000
    n_curve: int = 1000
    hook: PostTrainingHook | None = None
    combined: tuple[Arm, ...] = ()
    combination: Combination | None = None
    expected: tuple[Expectation, ...] = ()
    published: tuple[Published, ...] = ()

    def __post_init__(self) -> None:
        names = [arm.name for arm in (*self.arms, *self.combined)]
        if len(set(names)) < len(names) or not names:
            raise InputError(f"study {self.name} needs arms of different names")
        for arm in self.arms:
            self.config(arm, 0)  # raises where a change is not accepted

    def config(self, arm: Arm, seed: int) -> RunConfig:
        """Return the recipe of an arm from a seed.

        A seed among the arm's changes counts 1,000 times and is added: members of an ensemble start differently.
        """
        changes = dict(arm.changes)
        return self.base.with_fields(**{**changes, "seed": seed + 1000 * int(changes.get("seed") or 0)})

    def adjusted(
        self,
        changes: Mapping[str, Value] | None = None,
        steps: int | None = None,
        arms: Sequence[str] = (),
        dataset: str | None = None,
    ) -> Study:
        """Return the study with another base, length or choice of arms.

        Args:
            changes: fields of the base; an arm's own changes still apply.
            steps: updates; arms with their own number of steps are scaled in proportion.
            arms: names of the arms to keep; all by default.
            dataset: what to train on instead.

        Raises:
            InputError: an unknown arm or field, or a wrong value.
        """
        known = [arm.name for arm in self.arms]
        for name in arms:
            if name not in known:
                raise InputError(f"study {self.name} has no arm {name!r:.80}; its arms are {', '.join(known)}")
        if steps is not None and not 1 <= steps <= 10_000_000:
            raise InputError(f"steps must be from 1 to 10,000,000, got {steps}")
        length = self.steps if steps is None else steps
        kept = tuple(
            replace(arm, steps=max(1, round(arm.steps * length / self.steps)) if arm.steps else 0)
            for arm in self.arms
            if not arms or arm.name in arms
        )
        fields = {**(changes or {}), **({} if dataset is None else {"dataset": dataset})}
        whole = len(kept) == len(self.arms)
        names = {arm.name for arm in (*kept, *(self.combined if whole else ()))}
        return replace(
            self,
            base=self.base.with_fields(**fields),
            steps=length,
            arms=kept,
            combined=self.combined if whole else (),
            combination=self.combination if whole else None,
            expected=tuple(e for e in self.expected if _has(names, e.better) and _has(names, e.worse)),
        )

    def units(self, seeds: Sequence[int], data_key: str) -> tuple[StudyRun, ...]:
        """Return the recipes of the study's units, seed by seed, so that the first ones already compare all arms.

        Args:
            seeds: one unit of every arm from each.
            data_key: hash of the data set from ``fingerprint``; the name of a file says little.
        """
        return tuple(StudyRun.of(self, arm, seed, data_key) for seed in seeds for arm in self.arms)


def _has(names: set[str], name: str) -> bool:
    return name in names or (name.endswith("*") and any(n.startswith(name[:-1]) for n in names))


@dataclass(frozen=True, slots=True)
class StudyRun:
    """The recipe of one unit, one arm of a study from one seed, with all that its numbers depend on."""

    study: str
    arm: str
    seed: int
    config: RunConfig
    steps: int
    threshold: float
    evaluations: int
    spacing: str
    n_curve: int
    hook: PostTrainingHook | None
    data_key: str

    @classmethod
    def of(cls, study: Study, arm: Arm, seed: int, data_key: str) -> StudyRun:
        """Return the recipe of an arm and a seed."""
        return cls(
            study=study.name,
            arm=arm.name,
            seed=seed,
            config=study.config(arm, seed),
            steps=arm.steps or study.steps,
            threshold=study.threshold,
            evaluations=study.evaluations,
            spacing=study.spacing,
            n_curve=study.n_curve,
            hook=study.hook,
            data_key=data_key,
        )

    @property
    def key(self) -> str:
        """Hash of all settings, hex, 24 digits: blake2b over JSON with sorted keys.

        The data set counts by its content and not by its name, so a moved file is still the same one.
        """
        settings: dict[str, Any] = {
            "rules": HASH_VERSION,
            "study": self.study,
            "arm": self.arm,
            "config": {k: v for k, v in self.config.to_dict().items() if k != "dataset"},
            "steps": self.steps,
            "threshold": self.threshold,
            "evaluations": self.evaluations,
            "spacing": self.spacing,
            "n_curve": self.n_curve,
            "procedure": None if self.hook is None else self.hook.id,
            "data": self.data_key,
        }
        text = json.dumps(settings, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
