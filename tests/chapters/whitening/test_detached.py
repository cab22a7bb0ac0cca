"""BN whose statistics are detached from the gradient, in a layer and in a net."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from whole import every

from bnviz.chapters.whitening.detached import DetachedStatsNorm, make_net, train_with_and_without_detaching
from bnviz.config import InputError


def test_through_the_statistics_it_is_torchs_layer() -> None:
    x = torch.randn(9, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    ours, theirs = (x.clone().requires_grad_() for _ in range(2))
    y = DetachedStatsNorm(4, "through").double()(ours)
    expected = nn.BatchNorm1d(4).double()(theirs)
    torch.testing.assert_close(y, expected)
    for each in (y, expected):
        (each**3).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_outside_the_output_is_the_same_and_the_gradient_is_not() -> None:
    x = torch.randn(9, 4, generator=torch.Generator().manual_seed(0)).requires_grad_()
    y = DetachedStatsNorm(4, "outside")(x)
    torch.testing.assert_close(y, DetachedStatsNorm(4, "through")(x))
    (slope,) = torch.autograd.grad(y.sum(), x)
    # d sum(y) / d x = 1 / s for constants; through the mean it is 0.
    torch.testing.assert_close(slope, torch.rsqrt(x.var(0, correction=0) + 1e-5).expand_as(x))


def test_both_nets_start_alike() -> None:
    ours, theirs = (make_net(gradient, 6, 3, 1).state_dict() for gradient in ("outside", "through"))
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_short_run_repeats_and_grows_biases_only_outside() -> None:
    told: list[tuple[int, int]] = []
    found = train_with_and_without_detaching(0.5, 20, 3, lambda done, total: told.append((done, total)))
    outside, through = found.arms
    assert told[-1] == (40, 40)
    np.testing.assert_array_equal(outside.step, [0, 10, 20])
    assert outside.loss[0] == through.loss[0]
    assert outside.bias_norm[0] == 0.0
    assert outside.bias_norm[-1] > 0.3
    assert through.bias_norm[-1] < 1e-5
    np.testing.assert_array_equal(train_with_and_without_detaching(0.5, 20, 3).arms[0].loss, outside.loss)


RUNS = [(0.5, 0), (0.5, 1), (0.1, 3), (0.5, 2), (2.0, 4)]


@pytest.mark.parametrize(("lr", "seed"), every(2, RUNS))
def test_what_the_page_says_holds_at_its_rates_and_seeds(lr: float, seed: int) -> None:
    outside, through = train_with_and_without_detaching(lr, 300, seed).arms
    assert outside.loss[-1] > through.loss[-1]
    assert outside.weight_norm[-1] > through.weight_norm[-1]
    assert outside.bias_norm[-1] > 0.5
    assert through.bias_norm[-1] < 1e-4
    assert outside.diverged_at is None


def test_a_run_that_diverges_stops_and_says_when(monkeypatch: pytest.MonkeyPatch) -> None:
    def overflowing(*arguments: object) -> nn.Sequential:
        net = make_net(*arguments)
        net[0].weight.data.fill_(float("inf"))
        return net

    monkeypatch.setattr("bnviz.chapters.whitening.detached.make_net", overflowing)
    for net in train_with_and_without_detaching(0.5, 30, 0).arms:
        assert net.diverged_at == 0
        np.testing.assert_array_equal(net.step, [0])


@pytest.mark.parametrize(("lr", "steps"), [(0.0, 10), (0.1, 0), (0.1, 10_000), (float("nan"), 10)])
def test_a_run_out_of_bounds_is_refused(lr: float, steps: int) -> None:
    with pytest.raises(InputError):
        train_with_and_without_detaching(lr, steps)
