"""The one rule of the app: what the numbers of several paired seeds say about a statement.

Every seed gives one number, the difference (or the ratio) of two arms that started from the same weights and saw the
same batches. Student's interval around their mean, wide enough to miss the true mean on either side in ``ALPHA`` of
all cases, answers the statement where it lies on one side of the limit; docs/rule.md has the error rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bnviz.config import InputError

ALPHA = 0.005
"""Chance on each side that the interval misses the mean: about one false answer in 100 true nulls."""

FEWEST = 3
"""With fewer seeds there is no answer."""

RECORDED_SEEDS = 10
"""Seeds of a recording: an effect of 1.5 standard deviations is then seen in nine cases of ten."""

RuleName = Literal["more", "ratio", "within"]
RULES: tuple[RuleName, ...] = ("more", "ratio", "within")
Answer = Literal["yes", "no", "open"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is asked of the numbers.

    Attributes:
        rule: "more": the mean is above the limit; "ratio": the geometric mean is; "within": the mean is at most the
            limit away from 0 (a test of equivalence: the limit is the smallest difference that matters to a reader).
        limit: of the rule.
        exact: the numbers follow from a formula or are counted, so that every seed must say the same by itself.
    """

    rule: RuleName
    limit: float
    exact: bool = False

    def __post_init__(self) -> None:
        if self.rule not in RULES or not math.isfinite(self.limit):
            raise InputError(f"the rule must be one of {', '.join(RULES)} with a limit, got {self.rule!r:.40}")
        if (self.rule == "ratio" and self.limit <= 0) or (self.rule == "within" and self.limit < 0):
            raise InputError(f"rule {self.rule} needs a limit above 0, got {self.limit:g}")


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over seeds and its interval; of ratios the geometric mean, with the ends as ratios."""

    mean: float
    low: float
    high: float


def answer(statement: Statement, values: Sequence[float]) -> Answer:
    """Say whether a statement holds.

    - more, ratio: yes when the interval is above the limit, no when it is below it
    - within: yes when the interval lies between minus the limit and the limit, no when it lies wholly beyond one of
      them (two one-sided tests, Schuirmann 1987)
    - exact statements: yes when every seed says so by itself, no when none does

    Fewer than ``FEWEST`` seeds (one, if exact), or a number that is not finite, leave it open.

    Args:
        statement: what is asked.
        values: (S,), one number per seed.
    """
    if len(values) < (1 if statement.exact else FEWEST) or not all(map(math.isfinite, values)):
        return "open"
    if statement.rule == "ratio" and min(values) <= 0:
        return "open"
    if statement.exact:
        return _agreed([_holds(statement, value, value) for value in values])
    found = interval(statement, values)
    return _holds(statement, found.low, found.high)


def interval(statement: Statement, values: Sequence[float]) -> Interval:
    """Return mean -+ t * sd / sqrt(S), t the quantile 1 - ALPHA of Student's distribution with S - 1 degrees.

    Ratios are treated as logarithms. One seed has an interval without bounds.

    Source: Student 1908; the seeds are independent draws, their numbers need only be roughly normal.
    """
    on_logs = statement.rule == "ratio"
    numbers = [math.log(value) for value in values] if on_logs else [float(value) for value in values]
    mean = sum(numbers) / len(numbers)
    half = math.inf
    if len(numbers) > 1:
        variance = sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)
        half = student_quantile(len(numbers) - 1, 1 - ALPHA) * math.sqrt(variance / len(numbers))
    ends = mean, mean - half, mean + half
    return Interval(*(_exp(end) for end in ends)) if on_logs else Interval(*ends)


@lru_cache(maxsize=256)
def student_quantile(degrees: int, level: float) -> float:
    """Return the quantile of Student's distribution, by bisection of its exact distribution function.

    Args:
        degrees: of freedom, at least 1.
        level: between 0.5 and 1.
    """
    low, high = 0.0, 1.0
    while student_probability(degrees, high) < level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if student_probability(degrees, middle) < level else (low, middle)
    return (low + high) / 2


def student_probability(degrees: int, t: float) -> float:
    """Return P(T <= t) for t >= 0, by the finite series of whole degrees (Abramowitz & Stegun 1964, 26.7.3, 26.7.4)."""
    theta = math.atan2(t, math.sqrt(degrees))
    cos, odd = math.cos(theta), degrees % 2
    term, total = (cos if odd else 1.0), 0.0
    for k in range(1, (degrees + 1) // 2 if odd else degrees // 2 + 1):
        total += term
        term *= cos * cos * ((2 * k) / (2 * k + 1) if odd else (2 * k - 1) / (2 * k))
    inside = 2 / math.pi * (theta + math.sin(theta) * total) if odd else math.sin(theta) * total
    return 0.5 + inside / 2


def _holds(statement: Statement, low: float, high: float) -> Answer:
    limit = statement.limit
    if statement.rule == "within":
        if -limit <= low and high <= limit:
            return "yes"
        return "no" if low > limit or high < -limit else "open"
    if low > limit:
        return "yes"
    return "no" if high < limit or (statement.exact and high <= limit) else "open"


def _agreed(answers: Sequence[Answer]) -> Answer:
    return answers[0] if len(set(answers)) == 1 else "open"


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf
