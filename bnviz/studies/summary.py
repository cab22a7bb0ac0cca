"""A study over its seeds: mean and spread of every arm."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bnviz.studies.records import StudyResult, UnitResult

FAILED_BELOW = 1.5
"""A net whose accuracy ends below this many times chance has failed."""

MEASURES: Mapping[str, int] = {
    "accuracy": 1,
    "best": 1,
    "train_accuracy": 1,
    "gap": -1,
    "steps_to_threshold": -1,
    "diverges": -1,
    "fails": -1,
    "step_ms": -1,
}
"""The measures that compare arms, and whether more (1) or less (-1) is better; of extra numbers, more."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity over the seeds: mean, standard deviation (n - 1; None for one seed), smallest, largest."""

    mean: float
    sd: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ArmSummary:
    """One arm over the seeds.

    Attributes:
        arm: its name.
        seeds: units counted.
        accuracy: final test accuracy; a net that diverged counts as chance.
        best: best test accuracy of the curve.
        train_accuracy: final training accuracy; a net that diverged counts as chance.
        gap: training minus test accuracy.
        steps_to_threshold: median; None where fewer than half of the seeds reached it.
        reached: number of seeds that reached it.
        diverged: number of seeds whose loss became NaN or infinite.
        failed: number of seeds that diverged or ended below 1.5 times chance.
        step_ms: computing time of an update, milliseconds.
        extras: mean over the seeds of every extra number; element by element for lists.
    """

    arm: str
    seeds: int
    accuracy: Spread | None
    best: Spread | None
    train_accuracy: Spread | None
    gap: Spread | None
    steps_to_threshold: float | None
    reached: int
    diverged: int
    failed: int
    step_ms: float | None
    extras: Mapping[str, Any]


def spread(values: Sequence[float | None]) -> Spread | None:
    """Summarize one value per seed; None is left out."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    sd = statistics.stdev(known) if len(known) > 1 else None
    return Spread(statistics.fmean(known), sd, min(known), max(known))


def summarize(result: StudyResult, arm: str) -> ArmSummary:
    """Summarize an arm over its seeds."""
    units = result.of(arm)
    reached = sorted(u.steps_to_threshold for u in units if u.steps_to_threshold is not None)
    # Seeds that never reach it count as larger than all others; the median is known if half of the seeds reached it.
    middle = (len(units) - 1) // 2
    names = dict.fromkeys(name for unit in units for name in unit.extras)
    times = spread([unit.step_ms for unit in units])
    return ArmSummary(
        arm=arm,
        seeds=len(units),
        accuracy=spread(measure_values(result, arm, "accuracy")),
        best=spread(measure_values(result, arm, "best")),
        train_accuracy=spread(measure_values(result, arm, "train_accuracy")),
        gap=spread(measure_values(result, arm, "gap")),
        steps_to_threshold=reached[middle] if middle < len(reached) else None,
        reached=len(reached),
        diverged=sum(unit.diverged is not None for unit in units),
        failed=sum(bool(value) for value in measure_values(result, arm, "fails")),
        step_ms=times.mean if times else None,
        extras={name: _mean_extra([unit.extras.get(name) for unit in units]) for name in names},
    )


def summarize_arms(result: StudyResult) -> tuple[ArmSummary, ...]:
    """Return one summary over the seeds for every arm."""
    return tuple(summarize(result, arm.name) for arm in result.arms)


def measure_values(result: StudyResult, arm: str, measure: str) -> list[float | None]:
    """Return one value per seed, None where it is not known.

    A net that diverged has the accuracy of chance; one that never reached the threshold counts with its last step.

    Args:
        result: the study.
        arm: one of its arms.
        measure: of ``MEASURES``, or ``extra:NAME``.
    """
    if measure.startswith("extra:"):
        name = measure.removeprefix("extra:")
        found = [unit.extras.get(name) for unit in result.of(arm)]
        return [value if isinstance(value, (int, float)) else None for value in found]
    of = _OF_UNIT[measure]
    return [of(unit, result) for unit in result.of(arm)]


def _accuracy(unit: UnitResult, result: StudyResult) -> float | None:
    return result.chance if unit.diverged is not None else unit.final_test_accuracy


def _train_accuracy(unit: UnitResult, result: StudyResult) -> float | None:
    return result.chance if unit.diverged is not None else unit.final_train_accuracy


def _gap(unit: UnitResult, result: StudyResult) -> float | None:
    train, test = _train_accuracy(unit, result), _accuracy(unit, result)
    return None if train is None or test is None else train - test


def _steps_to_threshold(unit: UnitResult, result: StudyResult) -> float:
    reached = unit.steps_to_threshold
    return float(result.steps_of(unit.arm) if reached is None else reached)


def _fails(unit: UnitResult, result: StudyResult) -> float:
    accuracy = _accuracy(unit, result)
    return float(accuracy is not None and accuracy < FAILED_BELOW * result.chance)


_OF_UNIT: Mapping[str, Callable[[UnitResult, StudyResult], float | None]] = {
    "accuracy": _accuracy,
    "best": lambda unit, result: unit.best_test_accuracy,
    "train_accuracy": _train_accuracy,
    "gap": _gap,
    "steps_to_threshold": _steps_to_threshold,
    "diverges": lambda unit, result: float(unit.diverged is not None),
    "fails": _fails,
    "step_ms": lambda unit, result: unit.step_ms,
}


def _mean_extra(values: Sequence[Any]) -> float | list[float | None] | None:
    if any(isinstance(value, tuple) for value in values):
        rows = [value for value in values if isinstance(value, tuple)]
        columns = zip(*rows, strict=False)
        return [found.mean if (found := spread(column)) else None for column in columns]
    found = spread(values)
    return found.mean if found else None
