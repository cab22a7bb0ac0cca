"""Models and loaders of every kind end in a diagnosis, never in a traceback."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

from bnviz import diagnose, watch
from bnviz.diagnosis.digit_nets import held_out, trained

LOADER = held_out(0, 16, 3)


class LazyNet(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.LazyConv2d(8, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(10))


class TwoInputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = trained()

    def forward(self, x: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        return self.net(x) * scale


class TransposedTokens(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(14, 16)
        self.bn = nn.BatchNorm1d(16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.bn(self.linear(x[:, 0]).transpose(1, 2)).mean(2)


def changed(change) -> nn.Module:
    net = trained()
    change(net)
    return net


HEALTHY = {
    "lazy": LazyNet,
    "spectral norm": lambda: changed(lambda net: parametrizations.spectral_norm(net.block1.conv)),
    "weight norm": lambda: changed(lambda net: parametrizations.weight_norm(net.block1.conv)),
    "pruned": lambda: changed(lambda net: prune.l1_unstructured(net.block2.conv, "weight", 0.1)),
    "tokens": TransposedTokens,
    "synchronized": lambda: nn.SyncBatchNorm.convert_sync_batchnorm(trained()),
    "double": lambda: trained().double(),
    "bfloat16": lambda: trained().bfloat16(),
    "all parameters frozen": lambda: trained().requires_grad_(False).train(),
}


@pytest.mark.parametrize("make", HEALTHY.values(), ids=HEALTHY)
@pytest.mark.filterwarnings("ignore:Lazy modules are a new feature:UserWarning")
def test_healthy_models_of_every_kind(make) -> None:
    found = diagnose(make(), LOADER)
    assert found.serious == ()
    assert found.layers
    assert found.evaluation == found.evaluation


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
def test_a_scripted_model_is_scored_and_its_layers_are_told_as_not_checked() -> None:
    found = diagnose(torch.jit.script(trained()), LOADER)
    assert found.evaluation > 0.9
    assert "scripted modules" in {each.what for each in found.not_checked}


def test_tuples_with_as_many_inputs_as_the_model_takes() -> None:
    found = diagnose(TwoInputs().eval(), [(x, torch.tensor(2.0), y) for x, y in LOADER])
    assert found.metric == "accuracy"
    assert found.evaluation > 0.9


def test_nan_in_another_layer_is_named() -> None:
    net = trained()
    net.block2.conv.weight.data[3] = torch.nan
    found = diagnose(net, LOADER)
    assert [(each.code, each.layer, each.channels) for each in found.serious] == [("not-finite", "block2.conv", (3,))]


def test_nan_in_gamma_is_mended_on_the_copy() -> None:
    net = trained()
    net.block2.bn.weight.data[3] = torch.nan
    found = diagnose(net, LOADER)
    assert [(each.code, each.layer, each.channels) for each in found.serious] == [("not-finite", "block2.bn", (3,))]
    assert found.serious[0].effect.gain > 0.5


def test_inputs_that_are_not_finite_and_empty_batches() -> None:
    x, y = LOADER[0]
    found = diagnose(trained(), [(x * torch.nan, y), (x[:0], y[:0]), LOADER[1]])
    assert found.batches == 2
    assert {each.what: each.reason for each in found.not_checked}["inputs"].startswith("1 of 2 batches")
    assert found.serious == ()


def test_a_model_that_is_being_watched() -> None:
    net = trained().train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    with watch(net, optimizer, every=1) as watcher:
        for x, y in LOADER:
            nn.functional.cross_entropy(net(x), y).backward()
            optimizer.step()
            optimizer.zero_grad()
            assert diagnose(net, LOADER).layers
    assert len(watcher.history.frames) == len(LOADER)
