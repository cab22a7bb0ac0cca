"""What the picture of the convolution gets: the recorded net's own filters, digits it maps alike, recorded curves."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.chapters.convolution import recorded_weights
from bnviz.chapters.convolution.net_pictures import layer_pictures
from bnviz.chapters.convolution.stage_data import DIGITS, FILTERS, stage_data
from bnviz.data import load_dataset
from bnviz.studies.files import load_study

STUDY = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "studies" / "vgg11-cifar10.json"


def test_filters_and_digits_give_the_maps_of_the_recorded_net() -> None:
    twins, _ = recorded_weights.recorded()
    data = stage_data(twins, None)
    size = data["side"] + 2 * data["frame"]
    filters = torch.tensor(data["filters"], dtype=torch.float32).view(-1, 1, 3, 3)
    for number, text in zip(DIGITS[:2], data["digits"], strict=False):
        pixels = np.frombuffer(base64.b64decode(text), np.uint8).reshape(data["side"], -1) / 255
        image = F.pad(torch.tensor(pixels, dtype=torch.float32)[None, None], [data["frame"]] * 4)
        maps = F.conv2d(image, filters, padding=1)[0].numpy()
        net = layer_pictures(twins, number, 1)[1].maps["conv"]
        assert maps.shape == (len(FILTERS), size, size)
        np.testing.assert_allclose(maps, [net[each - 1] for each in FILTERS], atol=1e-3)
    assert data["labels"] == load_dataset("mnist").y_test[list(DIGITS)].tolist()
    assert (data["step"], data["seed"], data["channels"]) == (twins.steps, 0, 8)
    assert data["accuracy"] == pytest.approx(twins.accuracy[1], abs=5e-5)
    assert data["curves"] is None


def test_curves_are_those_of_the_shipped_study_and_the_file_is_small() -> None:
    study = load_study(STUDY)
    data = stage_data(recorded_weights.recorded()[0], study)
    curves = data["curves"]
    for unit in study.units:
        config = study.config(unit.arm)
        rate = curves["rates"].index(config.lr)
        assert curves["accuracy"][config.norm][rate][unit.seed] == pytest.approx(unit.test_accuracy, abs=6e-4)
        assert curves["finals"][config.norm][rate][unit.seed] == pytest.approx(unit.final_test_accuracy, abs=6e-5)
        assert list(unit.steps) == curves["steps"]
    assert len(json.dumps(data)) < 60_000
