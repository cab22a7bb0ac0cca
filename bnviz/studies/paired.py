"""Two arms of a study, seed by seed: the difference, its interval, and what the one rule says of it.

A seed fixes initial weights and the order of the images for every arm, so it gives one difference. The rule is
``studies.rule``: with three seeds only an effect of six standard deviations is decided, with ten one of 1.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from bnviz.studies.records import StudyResult, UnitResult
from bnviz.studies.rule import ALPHA, FEWEST, Answer, Statement, answer, interval, student_quantile
from bnviz.studies.summary import measure_values

_ABOVE = Statement("more", 0)
_FATES = ("diverges", "fails")
"""Measures that are counted: a seed says 0 or 1."""
_OF_THE_RUN = ("steps_to_threshold", *_FATES)
"""Measures that a net which diverged has as well; of all others such a seed has no difference."""
_AT_CHANCE = ("accuracy", "best", "train_accuracy")
"""Measures that are known of a net which diverged, if it is said to guess."""


@dataclass(frozen=True, slots=True)
class Paired:
    """One arm minus another, over the seeds.

    Attributes:
        values: first minus second arm, one number per seed that counts.
        first: mean of the first arm over these seeds.
        second: mean of the second arm over the same seeds.
        mean: of the values.
        low: lower end of Student's interval around it; infinite for one seed.
        high: upper end.
        left_out: seeds without a difference, because one of the two nets diverged.
        answer: "yes": the first arm is above the second; "no": below it; "open": the interval contains 0.
    """

    values: tuple[float, ...]
    first: float
    second: float
    mean: float
    low: float
    high: float
    left_out: int
    answer: Answer


def paired(result: StudyResult, first: str, second: str, measure: str = "accuracy", against: str = "") -> Paired | None:
    """Compare two arms; None where no seed has a number of both.

    A net that diverged has no accuracy, and to give it that of chance would make a spread that has nothing to do with
    what the other nets learned. Such a seed is left out and counted. Where fewer than three others remain, or where
    the lead would change sides if the net counted with the accuracy of chance, that is what decides: nothing is won
    by leaving out one's own failures.

    Args:
        result: the study.
        first: an arm.
        second: another one, or the same with another measure.
        measure: see ``summary.MEASURES``, or ``extra:NAME``.
        against: measure of the second arm, if it differs.
    """
    units = {unit.seed: unit for unit in result.of(first)}, {unit.seed: unit for unit in result.of(second)}
    columns = (
        dict(zip(units[0], measure_values(result, first, measure), strict=True)),
        dict(zip(units[1], measure_values(result, second, against or measure), strict=True)),
    )
    known: dict[int, tuple[float, float]] = {}
    for seed in columns[0]:
        one, other = columns[0][seed], columns[1].get(seed)
        if one is not None and other is not None:
            known[seed] = one, other
    lost = set() if measure in _OF_THE_RUN else _diverged(units[0]) | _diverged(units[1])
    finite = [pair for seed, pair in known.items() if seed not in lost]
    everyone = list(known.values())
    guessing = measure in _AT_CHANCE
    counted = everyone if guessing and len(finite) < FEWEST else finite
    if not counted:
        return None
    grain = fmean(_grain(units[0][seed], units[1][seed]) for seed in known) if measure == _OF_THE_RUN[0] else 0.0
    found = _found(counted, measure, grain, len(set(columns[0]) | set(columns[1])))
    turned = guessing and fmean(one - other for one, other in everyone) * found.mean <= 0
    return replace(found, answer="open") if turned else found


def reach(seeds: int) -> float:
    """Return how far the interval of so many seeds goes to each side, in standard deviations of the differences."""
    return student_quantile(seeds - 1, 1 - ALPHA) / seeds**0.5 if seeds > 1 else float("inf")


def _found(pairs: Sequence[tuple[float, float]], measure: str, grain: float, seeds: int) -> Paired:
    values = tuple(one - other for one, other in pairs)
    around, ends = interval(_ABOVE, values), [fmean(column) for column in zip(*pairs, strict=True)]
    return Paired(
        values=values,
        first=ends[0],
        second=ends[1],
        mean=around.mean,
        low=around.low - grain,
        high=around.high + grain,
        left_out=seeds - len(values),
        answer=_answered(values, measure, grain),
    )


def _answered(values: Sequence[float], measure: str, grain: float) -> Answer:
    """Answer by the interval, or by counting where every seed says the same of a fate: p (1 - p) <= 1/4 for each."""
    if measure in _FATES and len(set(values)) == 1 and 0.25 ** len(values) > ALPHA:
        return "open"
    said = answer(_ABOVE, values)
    around = interval(_ABOVE, values)
    return "open" if around.low - grain <= 0 <= around.high + grain else said


def _diverged(units: dict[int, UnitResult]) -> set[int]:
    return {seed for seed, unit in units.items() if unit.diverged is not None}


def _grain(one: UnitResult, other: UnitResult) -> float:
    """Return how far apart the evaluations are between which the threshold was passed."""
    return max(_before(one), _before(other))


def _before(unit: UnitResult) -> float:
    if unit.steps_to_threshold is None:
        return 0.0
    earlier = [step for step in unit.steps if step < unit.steps_to_threshold]
    return float(unit.steps_to_threshold - earlier[-1]) if earlier else 0.0
