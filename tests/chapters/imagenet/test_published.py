"""The paper's tables as they are printed, and what follows from them, against the paper's own words."""

from __future__ import annotations

import math

import pytest

from bnviz.chapters.imagenet.published import (
    CHANGES,
    THRESHOLD,
    VARIANTS,
    against_inception,
    claims,
    error_of,
    printed_points,
    variant,
)
from bnviz.chapters.imagenet.published_ensemble import ENTRIES, HE_TOP5, TEST_TOP5, entry, gains
from bnviz.config import FIELDS, InputError

FIGURE3 = """
Inception      31.0 72.2 0.0015
BN-Baseline    13.3 72.7 0.0015
BN-x5           2.1 73.0 0.0075
BN-x30          2.7 74.8 0.045
BN-x5-Sigmoid  -    69.8 0.0075
"""
FIGURE4 = """
GoogLeNet ensemble      | 224      | 144 | 7 | -     | 6.67
Deep Image low-res      | 256      | -   | 1 | -     | 7.96
Deep Image high-res     | 512      | -   | 1 | 24.88 | 7.42
Deep Image ensemble     | variable | -   | - | -     | 5.98
BN-Inception single crop| 224      | 1   | 1 | 25.2  | 7.82
BN-Inception multicrop  | 224      | 144 | 1 | 21.99 | 5.82
BN-Inception ensemble   | 224      | 144 | 6 | 20.1  | 4.9*
"""


def read(text: str) -> float | None:
    return None if text in ("-", "variable") else float(text.rstrip("*"))


def test_figure_3_is_the_papers() -> None:
    lines = [line.split() for line in FIGURE3.strip().splitlines()]
    for row, (name, millions, accuracy, lr) in zip(VARIANTS, lines, strict=True):
        assert (row.name, row.accuracy.value, row.lr.value) == (name, float(accuracy), float(lr))
        steps = read(millions)
        assert row.steps.value == (None if steps is None else pytest.approx(1e6 * steps))
        assert row.steps.source == row.accuracy.source == "figure3"
        assert row.lr.source == "4.2.2"


def test_figure_4_is_the_papers() -> None:
    lines = [[part.strip() for part in line.split("|")] for line in FIGURE4.strip().splitlines()]
    for row, (name, resolution, *others) in zip(ENTRIES, lines, strict=True):
        assert row.name == name
        printed = (row.resolution, row.crops, row.models, row.top1, row.top5)
        assert [each.value for each in printed] == [read(text) for text in (resolution, *others)]
        assert {each.source for each in printed} == {"figure4"}
        assert row.variable == (resolution == "variable")
        assert row.starred == others[-1].endswith("*")
        assert row.ours == name.startswith("BN-")


def test_what_follows_against_the_texts_rounded_words() -> None:
    x5 = against_inception(variant("x5"))
    assert x5.fewer == pytest.approx(14.8, abs=0.05)
    assert math.floor(x5.fewer or 0) == 14
    assert round(x5.share or 0) == 7
    assert x5.rate == pytest.approx(5)
    assert x5.gain == pytest.approx(0.8)
    baseline = against_inception(variant("baseline"))
    assert baseline.fewer == pytest.approx(2.3, abs=0.05)
    assert (baseline.share or 100) < 50  # "less than half the number of training steps"
    assert against_inception(variant("x30")).rate == pytest.approx(30)
    assert variant("x30").lr.known / variant("x5").lr.known == pytest.approx(6)
    sigmoid = against_inception(variant("sigmoid"))
    assert sigmoid.fewer is None
    assert sigmoid.share is None
    assert sigmoid.gain == pytest.approx(-2.4)


def test_the_texts_claims_follow_from_the_tables() -> None:
    found = {claim.key: claim for claim in claims()}
    assert (found["fewer"].printed, found["share"].printed, found["best"].printed) == (14, 7, 5)
    assert found["fewer"].computed == pytest.approx(31.0 / 2.1)
    assert found["share"].computed == pytest.approx(2.1 / 31.0 * 100)
    assert found["best"].computed == pytest.approx(31 / 6)
    assert round(found["best"].computed) == 5
    assert found["error"].computed == pytest.approx(found["error"].printed)
    assert error_of(74.8) == pytest.approx(entry("single").top1.known)


def test_only_what_is_printed_of_the_curves_is_fixed() -> None:
    assert printed_points(variant("plain")).reached == printed_points(variant("plain")).best == (31.0e6, THRESHOLD)
    assert printed_points(variant("x30")).best == (6e6, 74.8)
    assert [printed_points(row).best for row in VARIANTS].count(None) == 3
    assert printed_points(variant("sigmoid")).reached is None
    for row in VARIANTS:  # the steps to 72.2 % are printed for those that reach it, and only for those
        assert (row.steps.value is None) == (row.accuracy.known < THRESHOLD)


def test_the_ensembles_error_comes_down_more_by_crops() -> None:
    found = gains()
    assert found.crops == pytest.approx(2.0)
    assert found.models == pytest.approx(0.92)
    assert TEST_TOP5.known < HE_TOP5.known


def test_every_change_of_the_list_is_a_field_here() -> None:
    assert len(CHANGES) == 7
    assert {change.field for change in CHANGES} <= set(FIELDS)
    assert CHANGES[0].amount.known == pytest.approx(variant("x5").lr.known / variant("plain").lr.known)


def test_blanks_and_unknown_keys_are_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="blank"):
        _ = variant("sigmoid").steps.known
    with pytest.raises(InputError, match="known are plain, baseline"):
        variant("x6")
    with pytest.raises(InputError, match="known are googlenet"):
        entry("x6")
