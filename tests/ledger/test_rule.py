"""The rule of the ledger: answers from seeds, verdicts from answers."""

from __future__ import annotations

import math
from statistics import geometric_mean, stdev

import pytest

from bnviz.config import InputError
from bnviz.ledger import Question, answer, effect, verdict

MORE = Question("E1.more", "more", 0, "points")
RATIO = Question("E1.ratio", "ratio", 1, "times")
BEYOND = Question("E1.beyond", "beyond", 1, "points")
WITHIN = Question("E1.within", "within", 0.1, "difference")


@pytest.mark.parametrize(
    ("question", "values", "wanted"),
    [
        (MORE, (1, 2, 1.5), "yes"),
        (MORE, (-1, -2, -1.5), "no"),
        (MORE, (0.1, 5, 0.1), "open"),  # every seed above, but by less than they differ
        (MORE, (1, 2, -0.1), "open"),
        (MORE, (1, 2), "open"),
        (MORE, (1, 2, math.nan), "open"),
        (MORE, (1, 2, math.inf), "open"),
        (MORE, (0, 0, 0), "open"),
        (RATIO, (2, 3, 2.5), "yes"),
        (RATIO, (0.5, 0.4, 0.45), "no"),
        (RATIO, (2, 3, 0.9), "open"),
        (RATIO, (2, 3, 0), "open"),
        (RATIO, (1, 1, 1), "open"),
        (BEYOND, (1.1, 2, 9), "yes"),
        (BEYOND, (-1.1, -2, -9), "no"),
        (BEYOND, (0.9, 2, 9), "open"),
        (BEYOND, (-0.3, -0.3, -0.8), "open"),
        (BEYOND, (1.1, -2, 9), "open"),
        (WITHIN, (0.1, -0.05, 0), "yes"),
        (WITHIN, (0.2, -0.3, 0.11), "no"),
        (WITHIN, (0.2, 0.05, 0.3), "open"),
    ],
)
def test_the_answer_follows_from_the_seeds(question: Question, values: tuple[float, ...], wanted: str) -> None:
    assert answer(question, values) == wanted


def test_a_ratio_and_its_inverse_give_opposite_answers() -> None:
    values = (1.3, 1.9, 1.5)
    assert answer(RATIO, values) == "yes"
    assert answer(RATIO, [1 / value for value in values]) == "no"


def test_an_effect_is_the_mean_and_its_spread() -> None:
    found = effect(RATIO, (2.0, 8.0, 4.0))
    assert found is not None
    assert found.mean == pytest.approx(geometric_mean((2, 8, 4)))
    assert found.sd == pytest.approx(stdev(map(math.log, (2, 8, 4))))
    assert (found.low, found.high, found.seeds, found.answer) == (2, 8, 3, "yes")
    plain = effect(MORE, (1.0, 2.0, 6.0))
    assert plain is not None
    assert plain.mean == 3
    assert plain.sd == pytest.approx(stdev((1, 2, 6)))
    assert effect(MORE, ()) is None
    assert effect(MORE, (1, math.nan, 2)) is None


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
    ],
)
def test_a_claim_says_all_of_its_links_at_once(links: tuple[str, ...], wanted: str) -> None:
    assert verdict(links, {"a": "yes", "b": "no", "c": "open"}) == wanted


def test_a_rule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InputError, match="no rule 'less'"):
        Question("E1.less", "less", 0, "points")
    with pytest.raises(InputError, match="limit 0"):
        Question("E1.ratio", "ratio", 0, "times")
