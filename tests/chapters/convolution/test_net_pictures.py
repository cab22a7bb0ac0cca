"""Twins before and after training: shared weights, BN's numbers, and the file that keeps them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.chapters.convolution import recorded_weights
from bnviz.chapters.convolution.net_pictures import TwinWeights, layer_pictures, train_twins, untrained_twins
from bnviz.chapters.convolution.real_maps import conv_outputs
from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.files.provenance import command_of


@pytest.fixture(scope="module")
def start() -> TwinWeights:
    return untrained_twins()


def test_twins_start_from_the_same_filters(start: TwinWeights) -> None:
    plain, normed = layer_pictures(start, 0, 1)
    np.testing.assert_array_equal(plain.filters, normed.filters)
    np.testing.assert_allclose(plain.maps["conv"], normed.maps["conv"], atol=1e-6)
    assert "norm" not in plain.maps


@pytest.mark.parametrize("layer", [1, 8])
def test_bn_leaves_mean_0_and_spread_1_and_relu_cuts(start: TwinWeights, layer: int) -> None:
    plain, normed = layer_pictures(start, 5, layer)
    np.testing.assert_allclose(normed.means["norm"], 0, atol=1e-4)
    np.testing.assert_allclose(normed.sds["norm"], 1, atol=0.01)
    np.testing.assert_allclose(plain.maps["activation"], np.maximum(plain.maps["conv"], 0))
    np.testing.assert_allclose(normed.maps["activation"], np.maximum(normed.maps["norm"], 0))


def test_training_learns_and_survives_the_file(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    twins = train_twins(lambda done, total: told.append((done, total)), steps=12)
    assert told[-1] == (12, 12)
    recorded_weights.save(twins, {"date": "today"}, tmp_path / "twins.npz")
    found, provenance = recorded_weights.load(tmp_path / "twins.npz")
    assert (found.steps, found.accuracy, provenance) == (12, twins.accuracy, {"date": "today"})
    for kept, given in zip(found.weights, twins.weights, strict=True):
        assert kept.keys() == given.keys()
        for name in kept:
            np.testing.assert_allclose(kept[name], given[name], rtol=1e-3, atol=1e-4)


def test_a_strange_file_or_question_is_refused(tmp_path: Path, start: TwinWeights) -> None:
    with pytest.raises(InputError, match=r"none\.npz: cannot be read"):
        recorded_weights.load(tmp_path / "none.npz")
    np.savez(tmp_path / "strange.npz", x=np.zeros(3))
    with pytest.raises(InputError, match="other arrays than those of our nets"):
        recorded_weights.load(tmp_path / "strange.npz")
    with pytest.raises(InputError, match="convolution must be from 1 to 8, got 9"):
        layer_pictures(start, 0, 9)
    with pytest.raises(InputError, match="digit must be from 0 to 999, got 1000"):
        layer_pictures(start, 1000, 1)


def test_what_is_shipped_is_what_the_page_says() -> None:
    twins, provenance = recorded_weights.recorded()
    none, batch = twins.accuracy
    assert twins.steps == 100
    assert batch > none + 0.05
    assert command_of(provenance["script"]) == "python -m bnviz record convolution"


def test_outputs_of_a_layer_are_those_of_its_convolution() -> None:
    first, second = conv_outputs(1), conv_outputs(2)
    assert first.shape == (500, 8, 32, 32)
    assert second.shape == (500, 16, 16, 16)
    x = F.pad(load_dataset("mnist").x_train[:500], [2] * 4)
    weight = torch.from_numpy(untrained_twins().weights[1]["conv1.weight"])
    np.testing.assert_allclose(first.numpy(), F.conv2d(x, weight, padding=1).numpy(), atol=1e-5)
