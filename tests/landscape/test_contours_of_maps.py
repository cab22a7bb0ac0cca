"""Loss surfaces of convolutional nets beside a run: affordable, exact at the center, given up at once."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.config import RunConfig, compare
from bnviz.data import load_dataset
from bnviz.landscape import at_checkpoint as contours
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

VGG = RunConfig(net="vgg11", width=2, activation="relu", init="kaiming", lr=0.05, batch_size=16)


@pytest.fixture(scope="module")
def digits():
    return load_dataset("mnist")


@pytest.fixture(scope="module")
def checkpoint(digits):
    arms = Trainer(compare(VGG, "norm", ["none", "batch"]), digits, 30, StepSchedule(1), StepSchedule(99))
    for _ in range(20):
        arms.advance()
    return arms.checkpoint()


@pytest.mark.parametrize("plane", ["random", "pca"])
def test_the_loss_at_the_center_is_that_of_the_net(checkpoint, digits, plane):
    surface = contours.surface_at(checkpoint, digits, plane, grid=3, n_samples=20)
    assert surface.plane == plane
    assert surface.path.shape[1] >= 3
    assert np.isfinite(surface.loss).all()
    if plane == "random":
        x, y = digits.x_train[:20].flatten(1), digits.y_train[:20]
        for net, found in zip(contours.rebuild(checkpoint, digits), surface.loss[:, 1, 1], strict=True):
            assert found == pytest.approx(F.cross_entropy(net(x), y).item(), rel=1e-4)


def test_multiplications_are_those_of_the_layers():
    net = nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(3, 4, 1), nn.Flatten(), nn.Linear(36, 5)
    )
    # 6 x 6 places of 3 * (2 * 9), 3 x 3 places of 4 * 3, and 5 * 36.
    assert contours.multiplications(net, torch.zeros(1, 2, 6, 6)) == 36 * 54 + 9 * 12 + 180
    assert contours.multiplications(net, torch.zeros(7, 2, 6, 6)) == 7 * (36 * 54 + 9 * 12 + 180)
    assert net.training
    assert not any(module._forward_hooks for module in net.modules())


@pytest.mark.parametrize(("grid", "share"), [(11, 1.0), (9, 0.9), (7, 0.5), (7, 1e-6)])
def test_the_grid_is_what_the_budget_allows(checkpoint, digits, monkeypatch, grid, share):
    nets = contours.rebuild(checkpoint, digits)
    point = 64 * sum(contours.multiplications(net, digits.x_train[:1].flatten(1)) for net in nets)
    monkeypatch.setattr(contours, "BUDGET", share * 121 * point)
    sizes = []
    monkeypatch.setattr(
        contours, "surface_of_twins", lambda nets, paths, x, y, **options: sizes.append((len(x), options["grid"]))
    )
    contours.surface_at(checkpoint, digits)
    assert sizes == [(contours.LARGE_SAMPLES, grid)]


def test_an_mlp_keeps_its_grid(monkeypatch):
    moons = load_dataset("moons")
    arms = Trainer(compare(RunConfig(dataset="moons", depth=1, width=3), "norm", ["batch"]), moons, 1)
    surface = contours.surface_at(arms.checkpoint(), moons)
    coarse = contours.surface_at(arms.checkpoint(), moons, is_coarse=True)
    np.testing.assert_array_equal(coarse.loss, surface.loss[:, ::2, ::2])  # the same numbers at every second point
    np.testing.assert_array_equal(coarse.xs, surface.xs[::2])
    assert surface.loss.shape == (1, contours.GRID, contours.GRID)


def test_a_surface_is_given_up_after_any_point(checkpoint, digits):
    calls = []

    def give_up():
        calls.append(1)
        if len(calls) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        contours.surface_at(checkpoint, digits, on_chunk=give_up)
    assert len(calls) == 2
