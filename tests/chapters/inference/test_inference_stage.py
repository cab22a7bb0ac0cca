"""The net of the picture: what is shipped is what was trained, and the browser computes torch's numbers with it."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.chapters.inference.stage_data import stage_data
from bnviz.chapters.inference.stage_net import (
    OF_EACH,
    RECIPE,
    STEPS,
    YOURS,
    pack,
    rebuilt,
    recorded_net,
    trained_small_net,
    unpack,
)
from bnviz.data import load_dataset
from bnviz.training.evaluate import accuracy

ROOT = Path(__file__).parents[3]
NODE = shutil.which("node")
SCRIPT = """
import { readFileSync } from "node:fs";
const { netOf, inTraining, inEvaluation, statisticsOf, followed } = await import(process.argv[1]);
const { data, batches } = JSON.parse(readFileSync(0, "utf8"));
const net = netOf(data);
let running = net.trained;
const found = batches.map((members) => {
  const output = inTraining(net, members);
  const evaluated = members.map((digit) => Array.from(inEvaluation(net, digit, running)));
  running = followed(running, statisticsOf(output, members.length), 0.1);
  return { training: output.probabilities.map((row) => Array.from(row)), evaluated };
});
console.log(JSON.stringify(found));
"""


@pytest.fixture(scope="module")
def again() -> nn.Sequential:
    """The recipe, trained once more."""
    torch.set_num_threads(1)
    return trained_small_net()


def first_products() -> torch.Tensor:
    return torch.tensor(unpack(recorded_net()["first"])).reshape(-1, RECIPE.width)


def batches() -> list[list[int]]:
    generator = torch.Generator().manual_seed(0)
    count = len(recorded_net()["rows"])
    return [torch.randperm(count, generator=generator)[:size].tolist() for size in (8, 2, 8, 5, 30)]


@pytest.mark.skipif(NODE is None, reason="the browser's modules need node, and there is no node here")
def test_the_browser_computes_torchs_numbers_in_both_modes() -> None:
    assert NODE is not None
    module = (ROOT / "assets" / "stage" / "heroes" / "inference" / "net.js").as_uri()
    sent = json.dumps({"data": stage_data(), "batches": batches()})
    command = [NODE, "--input-type=module", "-e", SCRIPT, module]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    net, first = rebuilt(recorded_net()), first_products()
    for found, members in zip(json.loads(done.stdout), batches(), strict=True):
        with torch.no_grad():
            evaluated = net.eval()(first[members]).softmax(1)
            trained = net.train()(first[members]).softmax(1)  # torch's own running statistics move with this pass
        np.testing.assert_allclose(found["training"], trained, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found["evaluated"], evaluated, rtol=1e-6, atol=1e-9)


def test_a_repetition_of_the_training_gives_the_shipped_net(again: nn.Sequential) -> None:
    content, data = recorded_net(), load_dataset(RECIPE.dataset)
    x = data.x_test.flatten(1)
    assert content["steps"] == STEPS
    assert content["accuracy"] == pytest.approx(accuracy(again, x, data.y_test), abs=0.015)
    with torch.no_grad():
        expected = again(x[content["rows"]]).softmax(1)
        found = rebuilt(content)(first_products()).softmax(1)
    # Half precision, and sums that other processors round otherwise over 300 steps.
    assert float((found - expected).abs().mean()) < 0.01


def test_the_digits_are_test_images_of_each_class_and_yours_is_a_7_that_is_read_right(again: nn.Sequential) -> None:
    content, data = recorded_net(), load_dataset(RECIPE.dataset)
    rows = content["rows"]
    assert [int(data.y_test[row]) for row in rows] == [label for label in range(10) for _ in range(OF_EACH)]
    assert len(set(rows)) == len(rows)
    yours = rows[content["yours"]]
    assert int(again(data.x_test.flatten(1)[[yours]]).argmax()) == int(data.y_test[yours]) == YOURS
    middle = content["middle"]
    assert 0 <= middle["low"] < middle["high"] <= 1


def test_the_data_of_the_picture_are_small_and_show_the_images() -> None:
    data = stage_data()
    assert len(json.dumps(data)) < 60_000
    packed = np.frombuffer(base64.b64decode(data["images"]), np.uint8)
    pixels = np.stack([packed >> 4, packed & 15], 1).reshape(-1, 28, 28)
    images = load_dataset(RECIPE.dataset).x_test[recorded_net()["rows"], 0].numpy()
    assert np.abs(pixels / 15 - images).max() <= 0.5 / 15 + 1e-6


def test_packed_numbers_come_back() -> None:
    values = torch.tensor([[1.0, -2.5], [0.0, 1024.0]])
    assert unpack(pack(values)).tolist() == [1.0, -2.5, 0.0, 1024.0]
