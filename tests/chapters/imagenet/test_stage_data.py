"""What the picture shows is what the paper prints and what the recorded study measured."""

from __future__ import annotations

import json

import pytest
from hand_made_variants import variants

from bnviz.chapters.imagenet.published import CHANGES, VARIANTS
from bnviz.chapters.imagenet.stage_data import STUDY, changes, stage_data
from bnviz.studies import RECORDINGS
from bnviz.studies.files import load_study


def test_the_runners_are_the_rows_of_figure_3_with_its_blank() -> None:
    data = stage_data()
    assert data["threshold"] == 72.2
    assert [row["name"] for row in data["runners"]] == [row.name for row in VARIANTS]
    assert [row["steps"] for row in data["runners"]] == [31.0e6, 13.3e6, 2.1e6, 2.7e6, None]
    assert [row["accuracy"] for row in data["runners"]] == [72.2, 72.7, 73.0, 74.8, 69.8]
    assert [row["bestSteps"] for row in data["runners"]] == [31.0e6, None, None, 6e6, None]
    assert len(json.dumps(data)) < 4000


def test_each_change_is_measured_against_the_arm_before_it() -> None:
    study = load_study(RECORDINGS / f"{STUDY}.json")
    data = stage_data()
    measured = data["measured"]
    assert (measured["steps"], measured["seeds"]) == (study.steps, len(study.seeds)) == (800, 3)
    assert [change["key"] for change in data["changes"]] == [change.key for change in CHANGES]
    for change, arm in zip(data["changes"], study.arms[2:], strict=True):
        place = change["place"]
        assert study.arms[place] == arm
        now, before = measured["accuracy"][place], measured["accuracy"][place - 1]
        assert now == [pytest.approx(100 * (unit.final_test_accuracy or 0)) for unit in study.of(arm.name)]
        mean = sum(a - b for a, b in zip(now, before, strict=True)) / 3
        assert change["difference"] == pytest.approx(mean, abs=0.006)
        beyond = not change["low"] <= 0 <= change["high"]
        assert change["verdict"] == ("open" if not beyond else "as_expected" if mean > 0 else "opposite")


def test_what_no_arm_adds_alone_is_not_measured() -> None:
    assert changes(None)["measured"] is None
    found = changes(variants(arms=("plain", "baseline", "fast", "faster")))["changes"]
    # The last arm differs by its rate alone; "fast" adds the whole list at once.
    assert [change["key"] for change in found if change["place"] is not None] == ["rate"]
