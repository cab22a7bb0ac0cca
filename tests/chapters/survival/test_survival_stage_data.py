"""The picture of the survival map: its data are those of the recordings, and its sentences what they say."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import chain
from pathlib import Path

import pytest

from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.recorded import FILES, recorded_map
from bnviz.chapters.survival.stage_data import ARMS, stage_data
from bnviz.chapters.survival.survival_map import MapComparison, compare_arms
from bnviz.sweeps.outcome import OUTCOMES, outcome_of
from bnviz.text.catalogue import translate

MAX_BYTES = 60_000
NODE = shutil.which("node")
ROOT = Path(__file__).parents[3]
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


def facts_in_the_browser() -> dict[str, str]:
    """Return what the browser's module counts in the data of the picture."""
    script = """
        import { readFileSync } from "node:fs";
        import { factsOf, toldFirst } from "./assets/stage/heroes/survival/facts.js";
        const data = JSON.parse(readFileSync(0, "utf8"));
        console.log(JSON.stringify({ ...factsOf(data), ...toldFirst(data) }));
    """
    assert NODE is not None
    command = [NODE, "--input-type=module", "-e", script]
    sent = json.dumps(stage_data())
    done = subprocess.run(command, input=sent, capture_output=True, text=True, check=True, timeout=60, cwd=ROOT)
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(NODE is None, reason="the browser's modules need node, and there is no node here")
def test_the_sentences_have_the_counts_of_the_recordings() -> None:
    relu, sigmoid, points = map(compared, ("relu", "digits", "points"))
    assert (relu.first, relu.second, relu.lost) == (22, 40, 2)
    expected = {
        "of_both": relu.both,
        "less_accurate": relu.lower,
        "fast_plain": learning("relu", "none", range(5, 8)),
        "fast_bn": learning("relu", "batch", range(5, 8)),
        "low_plain": 2,
        "low_bn": 0,
        "sigmoid_plain": sigmoid.first,
        "sigmoid_bn": sigmoid.second,
        "points_plain": points.first,
        "points_bn": points.second,
        "relu_bn": relu.second,
    }
    assert facts_in_the_browser() == {name: str(count) for name, count in expected.items()}
    assert learning("relu", "none", range(7, 8)) == learning("relu", "batch", range(7, 8)) == 0
    for lang in ("en", "zh"):
        text = " ".join(translate(f"survival.stage.steps.{step}.text", lang) for step in (1, 2, 3, 4))
        for number in ("{relu_bn}", "48", "18", "300", *(f"{{{name}}}" for name in expected)):
            assert number in text
        assert "{all}" in translate("survival.stage.steps.1.guess.shown", lang)


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
