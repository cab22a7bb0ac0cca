"""Healthy nets without labels get no finding above "note", however few the batches are; sick ones still do."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from whole import every

from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.digit_nets import DigitNet, Loader, built, digits, held_out, norm_of, trained

SEEDS = every(2, range(5))
SIZES = [(64, 1), (16, 1), (64, 8), (16, 8), (8, 3)]


def inputs_only(loader: Loader) -> list[torch.Tensor]:
    return [x for x, _ in loader]


def one_hot(loader: Loader) -> list[tuple[torch.Tensor, torch.Tensor]]:
    return [(x, nn.functional.one_hot(y, 10).float()) for x, y in loader]


def cross_entropy(output: object, target: object) -> float:
    assert isinstance(output, torch.Tensor)
    assert isinstance(target, torch.Tensor)
    return float(nn.functional.cross_entropy(output, target))


cross_entropy.higher_is_better = False  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("size", "n"), SIZES)
def test_a_healthy_net_has_no_finding_above_note(seed, size, n) -> None:
    net, loader = trained(seed), held_out(seed, size, n)
    for data in (inputs_only(loader), one_hot(loader)):
        found = diagnose(net, data)
        assert found.metric == "distance"
        assert found.serious == ()
    assert diagnose(net, loader, metric=cross_entropy).serious == ()


@pytest.mark.parametrize("seed", every(2, range(3)))
def test_statistics_that_lag_a_little_under_a_constant_learning_rate(seed) -> None:
    net = built(DigitNet, seed)
    x, y, _, _ = digits()
    optimizer = torch.optim.Adam(net.parameters(), 3e-3)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(80):
        chosen = torch.randint(len(x), (32,), generator=generator)
        wanted = nn.functional.one_hot(y[chosen], 10).float()
        optimizer.zero_grad()
        nn.functional.binary_cross_entropy_with_logits(net(x[chosen]), wanted).backward()
        optimizer.step()
    for size, n in SIZES:
        assert diagnose(net.eval(), one_hot(held_out(seed, size, n))).serious == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_batch_again_and_again_is_no_more_than_one(seed) -> None:
    assert diagnose(trained(seed), inputs_only(held_out(seed, 64, 1)) * 8).serious == ()


@pytest.mark.parametrize(("size", "n"), [(64, 1), (64, 8), (16, 8)])
def test_statistics_that_do_not_fit_are_still_an_error(size, n) -> None:
    net = trained()
    norm_of(net.block2).running_mean.mul_(0.2)
    norm_of(net.block2).running_var.mul_(5)
    found = diagnose(net, inputs_only(held_out(0, size, n)))
    assert [(each.code, each.layer) for each in found.serious] == [("stale-statistics", "block2.bn")]
    assert found.serious[0].severity == "error"


def test_too_few_samples_are_told() -> None:
    found = diagnose(trained(), inputs_only(held_out(0, 6, 1)))
    assert found.serious == ()
    assert "too little" in str(found)
