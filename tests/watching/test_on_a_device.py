"""A model on a GPU is watched with a few waits per observed step; on one that lacks what Apple's GPUs lack, too."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import bnviz
from bnviz.watching import model_hooks, passes
from tests.pretend_device import pretend_device


@pytest.fixture(autouse=True)
def pretend_tensors_have_numbers(monkeypatch):
    """`watch` rightly refuses tensors of the device meta, and to work where torch intercepts operations."""
    monkeypatch.setattr(passes, "no_numbers", lambda value: None)
    monkeypatch.setattr(model_hooks, "no_place", lambda: None)


def model():
    torch.manual_seed(0)
    maps = [nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 6, 3), nn.GroupNorm(2, 6), nn.ReLU()]
    return nn.Sequential(*maps, nn.Flatten(), nn.Linear(96, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 3))


def watched(net, to, counting):
    """Train four steps; every second one is observed."""
    optimizer, draw, counts = torch.optim.SGD(net.parameters(), 0.1), torch.Generator().manual_seed(1), []
    with bnviz.watch(net, optimizer, every=2) as watcher:
        for _ in range(4):
            x, y = to(torch.randn(7, 1, 8, 8, generator=draw)), to(torch.arange(7) % 3)
            with counting() as waits:
                optimizer.zero_grad()
                F.cross_entropy(net(x), y).backward()
                optimizer.step()
            counts.append(len(waits))
    return watcher.history, counts


@pytest.mark.parametrize("like", ["cuda", "mps"])
def test_an_observed_step_waits_four_times_and_the_others_never(like):
    """Norms, their counters, gradients and the frame are a copy each."""
    with pretend_device(like) as pretend:
        history, counts = watched(
            model().to(pretend.device), lambda tensor: tensor.to(pretend.device), pretend.counting
        )
        here, _ = watched(model(), lambda tensor: tensor, pretend.counting)
    assert counts == [4, 0, 4, 0]
    assert [frame.step for frame in history.frames] == [frame.step for frame in here.frames] != []
    for one, other in zip(history.frames, here.frames, strict=True):
        for name in ("moments", "quantiles", "parameters", "grad_norm", "update_to_data_ratio"):
            found, known = (getattr(frame.arms[0], name) for frame in (one, other))
            np.testing.assert_allclose(found, known, 1e-4, 1e-5, err_msg=name)
