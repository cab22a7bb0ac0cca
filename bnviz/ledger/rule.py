"""The ledger's questions, and how their answers make the verdict on a claim; the rule itself is ``studies.rule``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bnviz.studies import rule
from bnviz.studies.rule import RuleName, Statement

VERDICTS = ("exact", "confirmed", "not_confirmed", "contradicted", "refuted", "untestable", "not_run")
"""exact, refuted: by numbers that follow from a formula or are counted; not_run: a test of the claim was not run."""


@dataclass(frozen=True, slots=True)
class Question:
    """A statement that a test can answer; its words are ``claims.question.<name>``.

    Attributes:
        name: "E1.speedup_to_90": id of the test, then what is measured.
        rule: how the values of the seeds answer, see ``studies.rule.answer``.
        limit: of the rule.
        unit: key of the effect's unit (``claims.unit.<unit>``).
        exact: the values follow from a formula or are counted; every seed must say the same by itself.
    """

    name: str
    rule: RuleName
    limit: float
    unit: str
    exact: bool = False

    def __post_init__(self) -> None:
        self.statement  # noqa: B018 - an unknown rule or limit ends here

    @property
    def test(self) -> str:
        """Return the id of its test."""
        return self.name.split(".")[0]

    @property
    def statement(self) -> Statement:
        """The statement as the rule takes it."""
        return Statement(self.rule, self.limit, self.exact)


@dataclass(frozen=True, slots=True)
class Effect:
    """A question's values over the seeds.

    Attributes:
        mean: of the values, geometric for ratios.
        low: lower end of the interval around the mean; of an exact question the smallest value.
        high: upper end, or the largest value.
        seeds: number of values.
        answer: "yes", "no" or "open".
        exact: whether the question is an exact one.
    """

    mean: float
    low: float
    high: float
    seeds: int
    answer: str
    exact: bool = False


def answer(question: Question, values: Sequence[float]) -> str:
    """Say whether a statement held: "yes", "no", or "open"; see ``studies.rule.answer``."""
    return rule.answer(question.statement, values)


def effect(question: Question, values: Sequence[float]) -> Effect | None:
    """Summarize the seeds of a question; None when nothing was measured or a value is missing."""
    if not values or not all(map(math.isfinite, values)):
        return None
    statement = question.statement
    if question.rule == "ratio" and min(values) <= 0:
        statement = Statement("more", 0)  # no logarithm: summarized as it is, and left open
    found = rule.interval(statement, values)
    ends = (min(values), max(values)) if question.exact else (found.low, found.high)
    return Effect(found.mean, *ends, len(values), answer(question, values), question.exact)


def verdict(links: Sequence[str], answers: Mapping[str, str], exact: frozenset[str] = frozenset()) -> str:
    """Combine the answers of a claim's questions.

    A link names a question, with a minus sign in front when the claim says the opposite of it. The claim
    says all of its links at once: confirmed when all agree, contradicted when at least one says the
    opposite, not confirmed otherwise; untestable when it has none, and not run while an answer is missing.
    Where only exact questions decide, confirmed is "exact" and contradicted is "refuted".

    Args:
        links: "E1.speedup_to_90", "-E12.noisy_gain".
        answers: by question.
        exact: names of the exact questions.
    """
    if not links:
        return "untestable"
    if any(link.removeprefix("-") not in answers for link in links):
        return "not_run"
    found = {link: said_of(link, answers[link.removeprefix("-")]) for link in links}
    against = [link for link, given in found.items() if given == "no"]
    if against:
        return "refuted" if any(link.removeprefix("-") in exact for link in against) else "contradicted"
    if any(given != "yes" for given in found.values()):
        return "not_confirmed"
    return "exact" if all(link.removeprefix("-") in exact for link in links) else "confirmed"


def said_of(link: str, given: str) -> str:
    """Return the answer to what a claim says by a link: that of the question, reversed where it says the opposite."""
    opposite = {"yes": "no", "no": "yes", "open": "open"}
    return opposite[given] if link.startswith("-") else given
