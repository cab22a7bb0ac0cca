"""Why a test is a test of its sentence, what it cannot show, and why each limit is what it is, in words.

Those of tests are in ``claim_reasons.toml``: words of a claim come before a question's, and these before the test's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bnviz.ledger.limits import REASONS, limit_reason
from bnviz.ledger.rule import Question
from bnviz.text.catalogue import catalogue, translate


@dataclass(frozen=True, slots=True)
class Reason:
    """What is said of a test.

    Attributes:
        test: its id, "E1".
        why: why it is a test of the sentence.
        cannot: what it cannot show.
    """

    test: str
    why: str
    cannot: str


def reasons(links: Sequence[str], claim: str = "", lang: str = "en") -> tuple[Reason, ...]:
    """Return what is said of the tests behind some links, each once, in their order.

    Args:
        links: names of questions, see ``rule.verdict``.
        claim: id of the claim that they stand for, if it is one.
        lang: of the words.
    """
    found = dict.fromkeys(_reason(link.removeprefix("-"), claim, lang) for link in links)
    return tuple(found)


def limit_words(question: Question, lang: str = "en") -> str:
    """Return why a question's limit is what it is."""
    return translate(f"claims.limit.{limit_reason(question)}", lang)


def has_own_limit(question: Question) -> bool:
    """Say whether a limit has a reason of its own: it is no direction, no count, and no identity."""
    return question.name in REASONS


def _reason(question: str, claim: str, lang: str) -> Reason:
    test, words = question.split(".")[0], catalogue(lang)
    of_claim = f"claims.of.{claim.replace('.', '_')}.{test}"
    for key in (of_claim, f"claims.test.{question}"):
        if f"{key}.why" in words:
            return Reason(test, words[f"{key}.why"], words[f"{key}.cannot"])
    return Reason(test, translate(f"claims.test.{test}.why", lang), translate(f"claims.test.{test}.cannot", lang))
