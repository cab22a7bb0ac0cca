"""Recalibration against torch's update_bn, and statistics of a net that was left in training mode."""

from __future__ import annotations

import copy

import pytest
import torch
from hand_made_norm_net import norm_net, norm_net_inputs
from torch import nn
from torch.optim.swa_utils import update_bn

from bnviz.config import InputError
from bnviz.norms import BatchNorm
from bnviz.norms.calibration import after_train_mode_passes, with_recalibrated_stats


@pytest.fixture
def net() -> nn.Sequential:
    return norm_net()


@pytest.fixture
def x() -> torch.Tensor:
    return norm_net_inputs()


def test_calibration_is_torchs_update_bn(net: nn.Sequential, x: torch.Tensor) -> None:
    ours, theirs = with_recalibrated_stats(net, x, 50), copy.deepcopy(net)
    update_bn(list(x.split(50)), theirs)
    for name, tensor in theirs.state_dict().items():
        assert torch.allclose(ours.state_dict()[name], tensor), name
    assert [m.momentum for m in ours.modules() if isinstance(m, BatchNorm)] == [0.1, 0.1]


def test_calibration_averages_unbiased_variances(net: nn.Sequential, x: torch.Tensor) -> None:
    first = net[0](x).detach()
    parts = first.split(40)
    norm = with_recalibrated_stats(net, x, 40)[1]  # type: ignore[index]
    assert torch.allclose(norm.running_mean, torch.stack([p.mean(0) for p in parts]).mean(0), atol=1e-5)
    assert torch.allclose(norm.running_var, torch.stack([p.var(0) for p in parts]).mean(0), rtol=1e-4)


def test_training_mode_moves_statistics_and_nothing_else(net: nn.Sequential, x: torch.Tensor) -> None:
    moved = after_train_mode_passes(net, x + 5, 8, 20)
    assert all(torch.equal(a, b) for a, b in zip(moved.parameters(), net.parameters(), strict=True))
    assert not torch.allclose(moved[1].running_mean, net[1].running_mean)  # type: ignore[index]
    with pytest.raises(InputError, match="2 to 200"):
        after_train_mode_passes(net, x, 1, 1)
