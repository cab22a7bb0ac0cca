"""Studies with known numbers: the paper's variants as curves written by hand, two seeds each."""

from __future__ import annotations

from collections.abc import Sequence

from bnviz.config import RunConfig
from bnviz.telemetry.study_records import Arm, Expectation, StudyResult, UnitResult

STEPS = (0, 10, 20, 30, 40)
RECIPES = {
    "plain": (("norm", "none"), ("lr", 0.01)),
    "baseline": (("norm", "batch"), ("lr", 0.01)),
    "fast": (("norm", "batch"), ("lr", 0.05)),
    "faster": (("norm", "batch"), ("lr", 0.3)),
    "sig": (("norm", "batch"), ("lr", 0.05), ("activation", "sigmoid")),
    "wild": (("norm", "none"), ("lr", 0.05)),
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
        arm, seed, f"{arm}{seed}", steps, tuple(1.0 for _ in curve), tuple(1.0 for _ in curve), tuple(curve),
        final, final, max(curve), reached, steps[-1] + 3 if ended else None, 1.0, 1.0,
    )  # fmt: skip


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
        base=RunConfig(net="inception", activation="relu", norm="none", width=16),
        arms=tuple(Arm(arm, RECIPES[arm]) for arm in arms),
        seeds=(0, 1),
        steps=40,
        threshold=0.5,
        chance=0.1,
        units=tuple(unit(arm, seed, CURVES[arm][seed], 0.5) for arm in arms for seed in (0, 1)),
        expected=tuple(e for e in expected if {e.better, e.worse} <= set(arms)),
        provenance={
            "date": "2000-01-02", "dataset": "mnist", "n_train": 100, "n_test": 50,
            "versions": {"torch": "2"}, "command": "python -m bnviz experiment run x",
        },
    )  # fmt: skip
