"""The picture of "Why it works": its data are those of the recording, and its sentences what they say."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bnviz.array_types import Floats
from bnviz.chapters.why.findings import ArmComparison, answer, change
from bnviz.chapters.why.phases import both_passed
from bnviz.chapters.why.ratios import ratio_curve
from bnviz.chapters.why.stage_data import MEASURES, WALKED, stage_data
from bnviz.chapters.why.walk_recipe import ARMS, NETS, SEEDS, STEPS, recorded_walks, walk_study
from bnviz.text.catalogue import translate

MAX_BYTES = 64_000


def narrower_with_bn(net: str, *steps: int) -> Floats:
    """Return whether the band is narrower with BN, (S, steps)."""
    study = recorded_walks().studies[net]
    plain, bn = (np.ptp(study.of(arm, "walk_loss"), axis=-1) for arm in ARMS)
    return (bn < plain)[:WALKED, [study.steps.index(step) for step in steps]]


def steps_between(first: int, last: int) -> list[int]:
    return [step for step in STEPS if first <= step <= last]


def test_the_data_are_those_of_the_recording() -> None:
    data = stage_data()
    assert len(json.dumps(data, separators=(",", ":"))) <= MAX_BYTES
    assert (tuple(data["seeds"]), tuple(data["steps"])) == (SEEDS[:WALKED], STEPS)
    for net, study in recorded_walks().studies.items():
        for arm in ARMS:
            shown = data["nets"][net][arm]
            for short, name in (("walk", "walk_loss"), ("change", "walk_change"), ("norm", "gradient")):
                np.testing.assert_allclose(np.array(shown[short]), study.of(arm, name)[:WALKED], rtol=0.006)


def test_a_ratio_is_the_one_of_the_findings() -> None:
    study = recorded_walks().studies["sigmoid"]
    for quantity in MEASURES.values():
        over_time = np.exp(np.nanmean(np.log(ratio_curve(study, quantity).seeds), -1))
        np.testing.assert_allclose(over_time, change(study, ArmComparison(quantity, "batch", "none")), rtol=1e-9)


@pytest.mark.parametrize("net", NETS)
@pytest.mark.parametrize("measure", MEASURES)
def test_what_is_said_of_the_phases_is_what_the_rule_says(net: str, measure: str) -> None:
    study, shown = recorded_walks().studies[net], stage_data()["nets"][net]
    assert study.seeds == SEEDS
    for phase in ("before", "after"):
        question = ArmComparison(MEASURES[measure], "batch", "none", phase=phase)
        found, said = answer(question, change(study, question)), shown["shift"][measure][phase]
        assert said["direction"] == found.direction
        if found.interval is not None:
            ends = (found.interval.mean, found.interval.low, found.interval.high)
            np.testing.assert_allclose(said["ends"], ends, rtol=0.006)
    assert shown["half"] == [moment for moment in both_passed(study, "batch", "none") if moment is not None]
    assert len(shown["shift"][measure]["seeds"]) == len(SEEDS)


def test_the_walk_measures_the_range_that_the_study_keeps() -> None:
    study = walk_study("sigmoid", seeds=(0,), steps=(0, 1))
    for arm in ARMS:
        np.testing.assert_allclose(study.of(arm, "walk_loss").min(-1), study.of(arm, "loss_low"))
        np.testing.assert_allclose(study.of(arm, "walk_change").max(-1), study.of(arm, "change_high"))
    recorded = recorded_walks().studies["sigmoid"].of("batch", "walk_loss")[0, :2]
    np.testing.assert_allclose(study.of("batch", "walk_loss")[0], recorded, rtol=2e-3)


def test_the_question_has_the_numbers_of_the_recorded_walk() -> None:
    study = recorded_walks().studies["relu"]
    at = study.steps.index(100)
    plain, bn = (study.of(arm, "walk_loss")[0, at] for arm in ARMS)
    start = study.of("none", "loss")[0, at]
    assert f"{start:.2f}" == "1.23"
    assert f"{plain[-1]:.2f}" == "6.26"
    assert round(plain[-1] / start) == 5
    assert plain[0] < start
    assert plain[2] > plain[0]  # before one rate it is rising again
    assert max(*bn, study.of("batch", "loss")[0, at]) < 0.2
    for lang in ("en", "zh"):
        assert "1.23" in translate("why.stage.steps.1.text", lang)
        assert all(
            "6.26" in translate(f"why.stage.steps.1.guess.{key}", lang) for key in ("shown", "down", "up", "right")
        )


def test_what_the_steps_say_of_all_seeds_is_so() -> None:
    assert narrower_with_bn("relu", *steps_between(30, 300)).mean() > 0.9  # "nearly every"
    assert narrower_with_bn("relu", *steps_between(1200, 2000)).mean() < 0.4  # "few"
    assert not narrower_with_bn("sigmoid", 100).any()
    assert narrower_with_bn("sigmoid", *steps_between(250, 400)).all()
    accuracy = {arm: 100 * recorded_walks().studies["sigmoid"].of(arm, "accuracy")[:, STEPS.index(100)] for arm in ARMS}
    assert accuracy["none"].max() < 30
    assert accuracy["batch"].min() > 80


def test_by_the_definition_of_2018_the_phases_differ_in_the_sigmoid_net_and_are_open_in_the_relu_net() -> None:
    shift = stage_data()["nets"]["sigmoid"]["shift"]["length"]
    assert shift["before"]["direction"] == "higher"
    assert shift["phases"]["said"] == "depends"
    # The ReLU net: less before, open after, and the ratio of the two open as well.
    shift = stage_data()["nets"]["relu"]["shift"]["length"]
    assert [shift[phase]["direction"] for phase in ("before", "after")] == ["lower", "open"]
    assert shift["phases"]["said"] == "open"
    low, high = shift["phases"]["ends"][1:]
    assert low < 1 < high
