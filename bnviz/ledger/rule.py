"""The rule that turns measurements of several seeds into an answer, and answers into a verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bnviz.config import InputError

FEWEST = 3
"""With fewer seeds there is no answer."""

RULES = ("more", "ratio", "within", "beyond")
VERDICTS = ("confirmed", "not_confirmed", "contradicted", "untestable", "not_run")
"""The last one means that a test of the claim was not run."""


@dataclass(frozen=True, slots=True)
class Question:
    """A statement that a test can answer; its words are ``claims.question.<name>``.

    Attributes:
        name: "E1.speedup_to_90": id of the test, then what is measured.
        rule: how the values of the seeds answer, see ``answer``.
        limit: of the rule.
        unit: key of the effect's unit (``claims.unit.<unit>``).
    """

    name: str
    rule: str
    limit: float
    unit: str

    def __post_init__(self) -> None:
        if self.rule not in RULES or (self.rule == "ratio" and self.limit <= 0):
            raise InputError(f"question {self.name}: no rule {self.rule!r} with limit {self.limit:g}")

    @property
    def test(self) -> str:
        """Return the id of its test."""
        return self.name.split(".")[0]


@dataclass(frozen=True, slots=True)
class Effect:
    """A question's values over the seeds: mean (geometric for ratios), standard deviation (n - 1), extremes, answer.

    The standard deviation of ratios is that of their natural logarithms.
    """

    mean: float
    sd: float
    low: float
    high: float
    seeds: int
    answer: str


def answer(question: Question, values: Sequence[float]) -> str:
    """Say whether a statement held: "yes", "no", or "open".

    - more: yes when every seed is above the limit and the mean is above it by more than the standard
      deviation over the seeds; no when the same holds below
    - ratio: the same for the logarithms
    - beyond: yes when every seed is above the limit, no when every one is below minus the limit
    - within: yes when every seed's absolute value is at most the limit, no when every one is above

    Fewer than ``FEWEST`` seeds, or a value that is not finite (a ratio: not above 0), leave it open.
    """
    if len(values) < FEWEST or not all(map(math.isfinite, values)):
        return "open"
    if question.rule == "within":
        inside = [abs(value) <= question.limit for value in values]
        return "yes" if all(inside) else "open" if any(inside) else "no"
    if question.rule == "beyond":
        return "yes" if min(values) > question.limit else "no" if max(values) < -question.limit else "open"
    if question.rule == "ratio" and min(values) <= 0:
        return "open"
    away = [_distance(question, value) for value in values]
    mean, sd = _mean(away), _sd(away)
    if abs(mean) <= sd:
        return "open"
    return "yes" if min(away) > 0 else "no" if max(away) < 0 else "open"


def effect(question: Question, values: Sequence[float]) -> Effect | None:
    """Summarize the seeds of a question; None when nothing was measured or a value is missing."""
    if not values or not all(map(math.isfinite, values)):
        return None
    if question.rule == "ratio" and min(values) > 0:
        logs = [math.log(value) for value in values]
        mean, sd = math.exp(_mean(logs)), _sd(logs)
    else:
        mean, sd = _mean(values), _sd(values)
    return Effect(mean, sd, min(values), max(values), len(values), answer(question, values))


def verdict(links: Sequence[str], answers: Mapping[str, str]) -> str:
    """Combine the answers of a claim's questions.

    A link names a question, with a minus sign in front when the claim says the opposite of it. The claim
    says all of its links at once: confirmed when all agree, contradicted when at least one says the
    opposite, not confirmed otherwise; untestable when it has none, and not run while an answer is missing.

    Args:
        links: "E1.speedup_to_90", "-E12.noisy_gain".
        answers: by question.
    """
    if not links:
        return "untestable"
    if any(link.removeprefix("-") not in answers for link in links):
        return "not_run"
    found = [_negate(link, answers) for link in links]
    if "no" in found:
        return "contradicted"
    return "confirmed" if all(each == "yes" for each in found) else "not_confirmed"


def _negate(link: str, answers: Mapping[str, str]) -> str:
    given = answers[link.removeprefix("-")]
    opposite = {"yes": "no", "no": "yes", "open": "open"}
    return opposite[given] if link.startswith("-") else given


def _distance(question: Question, value: float) -> float:
    return math.log(value / question.limit) if question.rule == "ratio" else value - question.limit


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _sd(values: Sequence[float]) -> float:
    if len(values) < 2:
        return math.nan
    mean = _mean(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
