"""The ledger's questions and verdicts; the rule itself is tested in tests/studies/test_rule.py."""

from __future__ import annotations

import math
from statistics import geometric_mean

import pytest

from bnviz.config import InputError
from bnviz.ledger import Question, answer, effect, said_of, verdict

MORE = Question("E1.more", "more", 0, "points")
RATIO = Question("E1.ratio", "ratio", 1, "times")
EXACT = Question("E1.exact", "within", 1e-9, "difference", exact=True)


def test_a_question_is_answered_by_the_rule() -> None:
    assert answer(MORE, (1.0, 1.1, 0.9, 1.05)) == "yes"
    assert answer(RATIO, (0.5, 0.51, 0.49, 0.5)) == "no"
    assert answer(EXACT, (0.0,)) == "yes"
    assert answer(MORE, (1.0,)) == "open"


def test_an_effect_is_the_mean_and_its_interval() -> None:
    found = effect(RATIO, (2.0, 8.0, 4.0))
    assert found is not None
    assert found.mean == pytest.approx(geometric_mean((2, 8, 4)))
    # logarithms to base 2 are 1, 3, 2: mean 2, standard deviation 1; t of 2 degrees is 9.925
    half = 9.925 / math.sqrt(3)
    assert (found.low, found.high) == pytest.approx((2 ** (2 - half), 2 ** (2 + half)), rel=1e-3)
    assert (found.seeds, found.answer, found.exact) == (3, "open", False)
    exact = effect(EXACT, (1e-12, 3e-12))
    assert exact is not None
    assert (exact.low, exact.high, exact.answer, exact.exact) == (1e-12, 3e-12, "yes", True)
    assert effect(MORE, ()) is None
    assert effect(MORE, (1, math.nan, 2)) is None
    not_above_zero = effect(RATIO, (1.0, 0.0, 2.0))
    assert not_above_zero is not None
    assert (not_above_zero.mean, not_above_zero.answer) == (1.0, "open")


@pytest.mark.parametrize(
    ("links", "wanted"),
    [
        ((), "untestable"),
        (("a",), "confirmed"),
        (("-a",), "contradicted"),
        (("b",), "contradicted"),
        (("-b",), "confirmed"),
        (("c",), "not_confirmed"),
        (("-c",), "not_confirmed"),
        (("a", "-b"), "confirmed"),
        (("a", "c"), "not_confirmed"),
        (("a", "b", "c"), "contradicted"),
        (("missing",), "not_run"),
        (("a", "missing"), "not_run"),
        (("e",), "exact"),
        (("-f",), "exact"),
        (("e", "a"), "confirmed"),  # only as sure as the measured half
        (("e", "c"), "not_confirmed"),
        (("f",), "refuted"),
        (("f", "a"), "refuted"),
        (("e", "b"), "contradicted"),
    ],
)
def test_a_claim_says_all_of_its_links_at_once(links: tuple[str, ...], wanted: str) -> None:
    answers = {"a": "yes", "b": "no", "c": "open", "e": "yes", "f": "no"}
    assert verdict(links, answers, frozenset("ef")) == wanted


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="less"):
        Question("E1.less", "less", 0, "points")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="above 0, got 0"):
        Question("E1.ratio", "ratio", 0, "times")


def test_the_answer_to_what_a_claim_says_is_reversed_for_an_opposite_link() -> None:
    cases = {"-E1.more": ["no", "open", "yes"], "E1.more": ["yes", "open", "no"]}
    for link, wanted in cases.items():
        assert [said_of(link, given) for given in ("yes", "open", "no")] == wanted
