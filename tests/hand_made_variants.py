"""Studies with known numbers: the paper's variants as curves written by hand, two seeds each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bnviz.config import RunConfig
from bnviz.studies.records import Arm, Expectation, StudyResult, UnitResult

STEPS = (0, 10, 20, 30, 40)
BASE = RunConfig(
    net="inception",
    activation="relu",
    norm="none",
    width=16,
    lr=0.01,
    lrn=True,
    dropout=0.4,
    weight_decay=5e-4,
    lr_half_life=600,
    shuffle="batches",
    distortion=0.5,
)
LIST = (
    ("norm", "batch"),
    ("dropout", 0.0),
    ("weight_decay", 1e-4),
    ("lr_half_life", 100),
    ("lrn", False),
    ("shuffle", "samples"),
    ("distortion", 0.1),
)
RECIPES = {
    "plain": (),
    "baseline": (("norm", "batch"),),
    "fast": (*LIST, ("lr", 0.05)),
    "faster": (*LIST, ("lr", 0.3)),
    "sig": (*LIST, ("lr", 0.05), ("activation", "sigmoid")),
    "wild": (("lr", 0.05),),
}
CURVES = {
    "plain": ((0.1, 0.2, 0.3, 0.4, 0.5), (0.1, 0.2, 0.3, 0.5, 0.6)),
    "baseline": ((0.1, 0.3, 0.5, 0.55, 0.6), (0.1, 0.3, 0.6, 0.65, 0.7)),
    "fast": ((0.1, 0.5, 0.6, 0.65, 0.7), (0.1, 0.6, 0.6, 0.65, 0.7)),
    "faster": ((0.1, 0.4, 0.6, 0.7, 0.8), (0.1, 0.4, 0.6, 0.7, 0.8)),
    "sig": ((0.1, 0.2, 0.3, 0.4, 0.45), (0.1, 0.2, 0.3, 0.4, 0.55)),
    "wild": ((0.1, 0.1), (0.1,)),
}


def unit(arm: str, seed: int, curve: Sequence[float], threshold: float) -> UnitResult:
    steps, ended = STEPS[: len(curve)], len(curve) < len(STEPS)
    reached = next((n for n, value in zip(steps, curve, strict=True) if value >= threshold), None)
    final = None if ended else curve[-1]
    return UnitResult(
        arm,
        seed,
        f"{arm}{seed}",
        steps,
        tuple(1.0 for _ in curve),
        tuple(1.0 for _ in curve),
        tuple(curve),
        final,
        final,
        max(curve),
        reached,
        steps[-1] + 3 if ended else None,
        1.0,
        1.0,
    )


def variants(name: str = "inception-variants", arms: Sequence[str] = tuple(RECIPES)) -> StudyResult:
    """Two seeds of each arm; "wild" is no longer finite at step 13 and at step 3."""
    expected = (
        Expectation("fast", "plain", "steps_to_threshold"),
        Expectation("plain", "faster", "best"),
        Expectation("baseline", "plain", "accuracy"),
        Expectation("plain", "wild", "diverges"),
    )
    return StudyResult(
        name=name,
        base=BASE,
        arms=tuple(Arm(arm, RECIPES[arm]) for arm in arms),
        seeds=(0, 1),
        steps=40,
        threshold=0.5,
        chance=0.1,
        units=tuple(unit(arm, seed, CURVES[arm][seed], 0.5) for arm in arms for seed in (0, 1)),
        expected=tuple(e for e in expected if {e.better, e.worse} <= set(arms)),
        provenance={
            "date": "2000-01-02",
            "dataset": "mnist",
            "n_train": 100,
            "n_test": 50,
            "versions": {"torch": "2"},
            "command": "python -m bnviz experiment run x",
        },
    )


def repeated(study: StudyResult, times: int) -> StudyResult:
    """The same study with more seeds, each pair of which repeats the first: enough for the rule to decide."""
    own = len(study.seeds)
    units = tuple(
        replace(u, seed=u.seed + own * k) for arm in study.arms for k in range(times) for u in study.of(arm.name)
    )
    return replace(study, seeds=tuple(range(own * times)), units=units)


def ensemble() -> StudyResult:
    """Three members and their mean, two seeds: the ensemble errs 30 and 20 %, its members 40 on average."""
    names = ("one", "two", "three", "mean")
    curves = {"one": 0.6, "two": 0.5, "three": 0.7}
    units = [unit(name, seed, (0.1, 0.1, 0.1, 0.1, value), 0.5) for name, value in curves.items() for seed in (0, 1)]
    extras = (
        {"first": (0.6, 0.65, 0.7), "members": (0.6, 0.5, 0.7)},
        {"first": (0.6, 0.7, 0.8), "members": (0.6, 0.5, 0.7)},
    )
    for seed, more in enumerate(extras):
        last = unit("mean", seed, (0.1, 0.1, 0.1, 0.1, more["first"][-1]), 0.5)
        units.append(replace(last, extras=more))
    return replace(
        variants("ensemble"),
        base=BASE.with_fields(**dict(RECIPES["fast"])),
        arms=(Arm("one", (("seed", 1),)), Arm("two", (("dropout", 0.1),)), Arm("three"), Arm("mean")),
        units=tuple(units),
        expected=tuple(Expectation("mean", name) for name in names[:3]),
    )
