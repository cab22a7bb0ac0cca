"""The picture of the survival map: its data are those of the recordings, and its sentences what they say."""

from __future__ import annotations

import json
from itertools import chain

import pytest

from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.recorded import FILES, recorded_map
from bnviz.chapters.survival.stage_data import ARMS, stage_data
from bnviz.chapters.survival.survival_map import MapComparison, compare_arms
from bnviz.sweeps.outcome import OUTCOMES, outcome_of
from bnviz.text.catalogue import translate

MAX_BYTES = 60_000
ALIVE = 2
"""Codes below it are of nets that learn."""


def compared(net: str) -> MapComparison:
    result = recorded_map(net)
    assert result is not None
    return compare_arms(map_of(result), 0, 1)


def learning(net: str, arm: str, columns: range) -> int:
    rows = stage_data()["nets"][net][arm]["outcome"]
    return sum(row[column] < ALIVE for row in rows for column in columns)


@pytest.mark.parametrize("net", list(FILES))
def test_the_data_are_those_of_the_recording(net: str) -> None:
    result = recorded_map(net)
    assert result is not None
    shown = stage_data()["nets"][net]
    for cell in result.cells:
        arm = shown[ARMS[cell.arm]]
        assert OUTCOMES[arm["seeds"][cell.row][cell.column][cell.seed]] == result.outcome(cell)
        assert arm["accuracy"][cell.row][cell.column][cell.seed] == pytest.approx(cell.accuracy, abs=6e-4)
    pair = compared(net)
    assert learning(net, "none", range(8)) == pair.first
    assert learning(net, "batch", range(8)) == pair.second


def test_the_data_are_small_and_the_order_is_that_of_the_recording() -> None:
    assert len(json.dumps(stage_data(), separators=(",", ":"))) <= MAX_BYTES
    result = recorded_map("relu")
    assert result is not None
    data = stage_data()["nets"]["relu"]
    places = [data[ARMS[cell.arm]]["order"][cell.row][cell.column] for cell in result.cells if cell.seed == 0]
    assert places == list(range(96))


def test_the_outcome_can_be_read_off_the_formula() -> None:
    net = stage_data()["nets"]["relu"]
    for arm in ARMS:
        for codes, accuracies in zip(net[arm]["seeds"], net[arm]["accuracy"], strict=True):
            for code, accuracy in zip(chain(*codes), chain(*accuracies), strict=True):
                if code < ALIVE:
                    assert outcome_of(accuracy, net["chance"], 0.0, None) == OUTCOMES[code]


def test_the_sentences_have_the_counts_of_the_recordings() -> None:
    relu, sigmoid, points = map(compared, ("relu", "digits", "points"))
    assert (relu.first, relu.second, relu.lost, relu.both, relu.lower) == (22, 40, 2, 20, 7)
    assert (sigmoid.first, sigmoid.second) == (9, 45)
    assert (points.first, points.second) == (18, 35)
    assert (learning("relu", "none", range(5, 8)), learning("relu", "batch", range(5, 8))) == (2, 12)
    assert learning("relu", "none", range(7, 8)) == learning("relu", "batch", range(7, 8)) == 0
    for lang in ("en", "zh"):
        text = " ".join(translate(f"survival.stage.steps.{step}.text", lang) for step in (1, 2, 3, 4))
        for number in ("40", "48", "2", "18", "12", "7", "20", "9", "45", "35", "300"):
            assert number in text


def test_only_without_bn_is_where_the_step_says() -> None:
    data = stage_data()["nets"]["relu"]
    lost = [
        (column, row)
        for row in range(6)
        for column in range(8)
        if data["none"]["outcome"][row][column] < ALIVE <= data["batch"]["outcome"][row][column]
    ]
    assert lost == [(0, 4), (0, 5)]
    assert OUTCOMES[data["none"]["outcome"][5][3]] == "diverged"
    assert data["x"][3] == pytest.approx(0.05, abs=0.003)
