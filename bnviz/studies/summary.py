"""A study over its seeds: mean and spread of every arm, and a verdict on every expectation."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bnviz.studies.records import Expectation, StudyResult, UnitResult

AS_EXPECTED, NOT_SEEN, OPPOSITE, TOO_FEW = "as_expected", "not_seen", "opposite", "too_few_seeds"
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the runs meet an expectation.

    Attributes:
        expectation: the expectation.
        better: arm that was expected to be better (``*`` resolved).
        worse: arm that was expected to be worse (``*`` resolved).
        difference: mean of the better arm's measure minus that of the worse arm.
        spread: pooled standard deviation over the seeds, sqrt((sd1^2 + sd2^2) / 2); None for one seed.
        verdict: "as_expected" or "opposite" when the difference is larger than the spread, else "not_seen";
            "too_few_seeds" with fewer than two.
    """

    expectation: Expectation
    better: str
    worse: str
    difference: float | None
    spread: float | None
    verdict: str


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
        accuracy=spread(_values(result, arm, "accuracy")),
        best=spread(_values(result, arm, "best")),
        train_accuracy=spread(_values(result, arm, "train_accuracy")),
        gap=spread(_values(result, arm, "gap")),
        steps_to_threshold=reached[middle] if middle < len(reached) else None,
        reached=len(reached),
        diverged=sum(unit.diverged is not None for unit in units),
        failed=sum(bool(value) for value in _values(result, arm, "fails")),
        step_ms=times.mean if times else None,
        extras={name: _mean_extra([unit.extras.get(name) for unit in units]) for name in names},
    )


def summarize_arms(result: StudyResult) -> tuple[ArmSummary, ...]:
    """Return one summary over the seeds for every arm."""
    return tuple(summarize(result, arm.name) for arm in result.arms)


def verdicts_of(result: StudyResult) -> tuple[Verdict, ...]:
    """Return a verdict on every expectation."""
    return tuple(judge(result, expectation) for expectation in result.expected)


def judge(result: StudyResult, expectation: Expectation) -> Verdict:
    """Compare two arms by a measure; see ``Verdict`` for the rule.

    A unit that never reached the threshold counts as if it had at its last step, and one that diverged has
    the accuracy of chance: both shrink differences rather than make them.
    """
    better, worse = (resolve(result, name) for name in (expectation.better, expectation.worse))
    other = expectation.against or expectation.measure
    first = _known(_values(result, better, expectation.measure))
    second = _known(_values(result, worse, other))
    if not first or not second:
        return Verdict(expectation, better, worse, None, None, TOO_FEW)
    difference = statistics.fmean(first) - statistics.fmean(second)
    if min(len(first), len(second)) < 2:
        return Verdict(expectation, better, worse, difference, None, TOO_FEW)
    pooled = ((statistics.variance(first) + statistics.variance(second)) / 2) ** 0.5
    signed = difference * MEASURES.get(expectation.measure, 1)
    verdict = NOT_SEEN if abs(signed) <= pooled else AS_EXPECTED if signed > 0 else OPPOSITE
    return Verdict(expectation, better, worse, difference, pooled, verdict)


def resolve(result: StudyResult, name: str) -> str:
    """Return the arm of a name; ``batch*`` is the one of highest mean accuracy among arms that start with it."""
    if not name.endswith("*"):
        return name
    arms = [arm.name for arm in result.arms if arm.name.startswith(name[:-1])]
    means = {arm: found.mean for arm in arms if (found := spread(_values(result, arm, "accuracy")))}
    return max(means, key=lambda arm: means[arm]) if means else name


def row_of(result: StudyResult) -> dict[str, Any]:
    """Return a result without its curves, ready for JSON: what the command line prints."""
    changes = {arm.name: dict(arm.changes) for arm in result.arms}
    arms = [
        {**_plain(asdict(summary)), "changes": changes[summary.arm], "steps": result.steps_of(summary.arm)}
        for summary in summarize_arms(result)
    ]
    return {
        "name": result.name,
        "seeds": list(result.seeds),
        "steps": result.steps,
        "threshold": result.threshold,
        "chance": round(result.chance, 6),
        "arms": arms,
        "expectations": [_plain(asdict(verdict)) for verdict in verdicts_of(result)],
        "published": [asdict(number) for number in result.published],
        "base": result.base.to_dict(),
        "provenance": dict(result.provenance),
    }


def _values(result: StudyResult, arm: str, measure: str) -> list[float | None]:
    """One value per seed."""
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


def _known(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _mean_extra(values: Sequence[Any]) -> float | list[float | None] | None:
    if any(isinstance(value, tuple) for value in values):
        rows = [value for value in values if isinstance(value, tuple)]
        columns = zip(*rows, strict=False)
        return [found.mean if (found := spread(column)) else None for column in columns]
    found = spread(values)
    return found.mean if found else None


def _plain(value: Any) -> Any:  # noqa: ANN401 - any part of a JSON object
    """Round every float to 6 digits after the point."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return round(value, 6) if isinstance(value, float) else value
