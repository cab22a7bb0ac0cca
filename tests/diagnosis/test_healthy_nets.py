"""Healthy nets get no finding above "note": false alarms are worse than silence."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from whole import every

from bnviz.data._torchvision import torchvision_datasets
from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.digit_nets import DigitNet, Loader, built, held_out, sorted_by_class, train, trained
from bnviz.diagnosis.reestimate import reestimate
from bnviz.diagnosis.sick_layers import Perceptron, PooledBranch
from bnviz.diagnosis.sick_statistics import TwoViews

SEEDS = every(2, range(5))


@pytest.fixture(scope="module")
def models():
    torchvision_datasets()  # opens torchvision beside a CPU build of torch
    from torchvision import models

    return models


def colored(loader: Loader, size: int = 32) -> Loader:
    return [(nn.functional.interpolate(x.repeat(1, 3, 1, 1), size), y) for x, y in loader]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_trained_net_whatever_the_batches(seed) -> None:
    net = trained(seed)
    for loader in (held_out(seed), held_out(seed, 8, 8), held_out(seed, 1, 16), sorted_by_class(seed)):
        assert diagnose(net, loader).findings == ()
        assert diagnose(net.train(), loader[:4]).serious == () or len(loader[0][1]) == 1
        net.eval()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_net_that_was_not_trained_yet_gets_at_most_a_note(seed) -> None:
    for make in (DigitNet, PooledBranch) if seed else (DigitNet, PooledBranch, lambda: TwoViews(False), Perceptron):
        net = built(make, seed)
        assert diagnose(net, held_out(seed)).serious == ()
        assert diagnose(net, held_out(seed), metric=lambda output, target: float(output.std()), batches=4).serious == ()
        assert diagnose(net, [x for x, _ in held_out(seed)], batches=4).serious == ()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("make", [Perceptron, lambda: Perceptron(0.2), lambda: TwoViews(False)])
def test_other_trained_nets(make, seed) -> None:
    net = built(make, seed)
    optimizer = train(net, seed)
    assert diagnose(net.eval(), held_out(seed), optimizer=optimizer).serious == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_constant_learning_rate_leaves_small_lags_that_are_no_fault(seed) -> None:
    net = built(DigitNet, seed)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
    train(net, seed, lr=0.02, optimizer=optimizer, steps=100)
    assert diagnose(net.eval(), held_out(seed), optimizer=optimizer).serious == ()


@pytest.mark.parametrize("norm", [lambda c: nn.GroupNorm(4, c), lambda c: nn.InstanceNorm2d(c), nn.Identity])
def test_nets_without_batch_statistics(norm) -> None:
    net = built(lambda: DigitNet(lambda width: nn.Identity() if norm is nn.Identity else norm(width)), 0)
    train(net, 0, steps=20)
    assert diagnose(net, held_out()).serious == ()


def test_frozen_layers_that_fit_while_the_rest_trains() -> None:
    net = trained().train()
    for block in (net.block1, net.block2, net.block3):
        block.bn.eval()
    found = diagnose(net, held_out())
    assert [(each.code, each.severity) for each in found.findings] == [("eval-in-training", "note")]


def test_a_teacher_that_is_right_beside_its_student() -> None:
    assert diagnose(trained(), held_out(), reference=trained()).findings == ()


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v2"])
def test_torchvision_fresh_and_with_statistics_that_fit(name, models) -> None:
    net = built(lambda: getattr(models, name)(weights=None, num_classes=10), 0)
    loader = colored(held_out(0, 8, 2))
    assert diagnose(net, loader).serious == ()
    reestimate(net, [x for x, _ in colored(held_out(1, 16, 2))])
    assert diagnose(net.eval(), loader).serious == ()


def test_a_vision_transformer_has_nothing_to_find(models) -> None:
    net = built(
        lambda: models.VisionTransformer(32, 8, 2, 2, 32, 64, num_classes=10, dropout=0.1, attention_dropout=0.1), 0
    )
    found = diagnose(net, colored(held_out(0, 8, 2)))
    assert found.findings == ()
    assert [layer.kind for layer in found.layers] == ["layer"] * 5


def test_a_net_without_any_normalization() -> None:
    found = diagnose(nn.Sequential(nn.Flatten(), nn.Linear(196, 10)), held_out(0, 8, 2))
    assert found.layers == ()
    assert found.findings == ()


def test_a_recurrent_net_that_takes_time_first_is_no_leak() -> None:
    class TimeFirst(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(14, 16)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.lstm(x)[0]

    assert diagnose(TimeFirst(), [torch.randn(9, 5, 14)]).serious == ()


def test_an_output_that_is_random_in_evaluation_is_told_as_not_checked() -> None:
    class Sampler(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = trained()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return nn.functional.dropout(self.net(x), 0.2)

    found = diagnose(Sampler().eval(), held_out())
    assert found.serious == ()
    assert "other companions" in {each.what for each in found.not_checked}
