"""docs/rule.md and its picture are what the simulation and the ledger give now."""

from __future__ import annotations

import re

import pytest

from bnviz.cli.rule_document import DOC, PICTURE, page
from bnviz.cli.rule_picture import picture
from bnviz.ledger import QUESTIONS
from bnviz.ledger.reasons import has_own_limit
from bnviz.studies.error_rates import answer_shares, equal_shares, former_shares, outlier_shares
from bnviz.studies.rule import ALPHA


def test_the_page_and_the_picture_are_up_to_date() -> None:
    assert DOC.read_text(encoding="utf-8") == page(), "python -m bnviz record rule-doc"
    assert PICTURE.read_text(encoding="utf-8") == picture()
    assert f"]({PICTURE.relative_to(DOC.parent)})" in page()


def test_every_limit_that_needs_a_reason_has_a_row() -> None:
    rows = re.findall(r"^\| ([EL]\d+\.\w+) \|", page(), re.M)
    assert rows == [each.name for each in QUESTIONS.values() if has_own_limit(each)]
    plain = [int(count) for count in re.findall(r"^- (\d+) questions: ", page(), re.M)]
    assert sum(plain) + len(rows) == len(QUESTIONS)


@pytest.mark.parametrize("seeds", [3, 10, 20])
def test_the_simulation_finds_what_the_rule_promises(seeds: int) -> None:
    null = answer_shares(seeds, 0.0)
    assert (null.yes, null.no) == (pytest.approx(ALPHA, abs=0.0015), pytest.approx(ALPHA, abs=0.0015))
    at_the_limit = equal_shares(seeds, 1.5, 1.5)
    assert at_the_limit.yes <= ALPHA + 0.0015  # a difference as large as the limit is not called equal


def test_what_the_page_says_of_skewed_numbers_and_of_the_former_rule() -> None:
    skewed = [answer_shares(seeds, 0.0, skewed=True) for seeds in (3, 5, 10, 20)]
    assert 0.03 < max(each.yes + each.no for each in skewed) < 0.055  # "up to one in 20"
    assert all(each.yes < each.no for each in skewed)  # the short side
    for seeds in (10, 20):  # as often as no outlier is drawn
        outliers = outlier_shares(seeds)
        assert outliers.no == pytest.approx(0.9**seeds, abs=0.012)
        assert outliers.yes < 0.001
    power = [answer_shares(seeds, 1.0).yes for seeds in (3, 5, 10, 20)]
    assert power == sorted(power)
    former = [former_shares(seeds, 1.0).yes for seeds in (3, 5, 10, 20)]
    assert former == sorted(former, reverse=True)
    assert former[0] == pytest.approx(1 / 2, abs=0.06)
    assert former[-1] == pytest.approx(1 / 30, abs=0.01)
    null = former_shares(3, 0.0)
    assert null.yes + null.no == pytest.approx(0.21, abs=0.01)  # "one true null in five"
