"""What the picture of the convolution gets: the recorded net's own filters, digits it maps alike, recorded curves."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.chapters.convolution import recorded_weights
from bnviz.chapters.convolution.gaps import gaps_of
from bnviz.chapters.convolution.net_pictures import layer_pictures
from bnviz.chapters.convolution.stage_data import DIGITS, FILTERS, Recording, stage_data
from bnviz.data import load_dataset
from bnviz.studies import load_study, recordings_of


def test_filters_and_digits_give_the_maps_of_the_recorded_net() -> None:
    twins, _ = recorded_weights.recorded()
    data = stage_data(twins, [])
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
    assert data["curves"] == []


def test_curves_are_those_of_the_shipped_studies_and_the_file_is_small() -> None:
    studies = [load_study(path) for path in recordings_of("vgg11-cifar10")]
    data = stage_data(recorded_weights.recorded()[0], [Recording(study, "a device") for study in studies])
    assert [(curves["channels"], curves["seeds"]) for curves in data["curves"]] == [(16, 3), (64, 10)]
    for study, curves in zip(studies, data["curves"], strict=True):
        for unit in study.units:
            config = study.config(unit.arm)
            rate = curves["rates"].index(config.lr)
            final = curves["finals"][config.norm][rate][unit.seed]
            if unit.diverged is not None:
                assert final is None
                continue
            assert curves["accuracy"][config.norm][rate][unit.seed] == pytest.approx(unit.test_accuracy, abs=6e-4)
            assert final == pytest.approx(unit.final_test_accuracy, abs=6e-5)
            assert list(unit.steps) == curves["steps"]
    assert len(json.dumps(data)) < 80_000


def test_the_rule_speaks_for_every_rate_of_the_wide_net() -> None:
    _, wide = (load_study(path) for path in recordings_of("vgg11-cifar10"))
    curves = stage_data(recorded_weights.recorded()[0], [Recording(wide, "a device")])["curves"][0]
    plain, batch = ({u.seed: u.final_test_accuracy for u in wide.of(f"{name}-lr0.1")} for name in ("plain", "batch"))
    gaps = [100 * (batch[seed] - plain[seed]) for seed in wide.seeds if plain[seed] is not None]
    found = curves["gaps"][1]
    assert (len(gaps), found["lost"], found["answer"]) == (9, 1, "yes")
    half = 3.355 * np.std(gaps, ddof=1) / 3  # Student's t with 8 degrees of freedom
    ends = (np.mean(gaps), np.mean(gaps) - half, np.mean(gaps) + half)
    assert (found["mean"], found["low"], found["high"]) == pytest.approx(ends, abs=0.01)
    # The rate at which one of ten diverges is not the best one without BN, although the nine others are higher.
    assert curves["best"]["none"] == pytest.approx(62.49, abs=0.01)
    assert [gap.rates for gap in gaps_of(wide)] == [(0.05, 0.05), (0.1, 0.1), (0.05, 0.1)]
