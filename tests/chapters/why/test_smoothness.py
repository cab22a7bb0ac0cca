"""The walk along the gradient: a quadratic loss in closed form, a BN net by hand, nothing left behind."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.chapters.why.smoothness import step_lengths, walk_along_gradient
from bnviz.config import InputError

HESSIAN = torch.tensor([4.0, 1.0, 0.25], dtype=torch.float64)
START = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64)


class Point(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.theta = nn.Parameter(START.clone())


def bowl(net: nn.Module) -> torch.Tensor:
    """L = sum h theta^2 / 2, whose gradient is h theta and whose Hessian is diag(h)."""
    return (HESSIAN * net.theta.square()).sum() / 2


def test_a_quadratic_has_the_closed_form() -> None:
    """grad(theta - s g) - g = -s H g; so the change is s |H g| and the quotient |H g| / |g| at every s."""
    lengths = np.array([0.1, 0.3, 0.9])
    found = walk_along_gradient(Point(), bowl, lengths)
    h, theta = HESSIAN.numpy(), START.numpy()
    g = h * theta
    along = [(h * (theta - s * g) ** 2).sum() / 2 for s in lengths]
    np.testing.assert_allclose(found.losses, along, rtol=1e-12)
    np.testing.assert_allclose(found.changes, lengths * np.linalg.norm(h * g), rtol=1e-12)
    assert found.norm == pytest.approx(np.linalg.norm(g), rel=1e-12)
    assert found.loss == pytest.approx((h * theta**2).sum() / 2, rel=1e-12)
    assert found.loss_range == pytest.approx((min(along), max(along)))
    assert found.change_range == pytest.approx(tuple(np.linalg.norm(h * g) * lengths[[0, -1]]))
    assert found.beta_smoothness == pytest.approx(np.linalg.norm(h * g) / np.linalg.norm(g), rel=1e-12)
    assert found.beta_smoothness <= float(HESSIAN.max())  # no more than the true smoothness


def test_a_linear_loss_is_perfectly_smooth() -> None:
    found = walk_along_gradient(Point(), lambda net: net.theta.sum(), [1.0, 2.0])
    assert (found.changes == 0).all()
    assert found.beta_smoothness == 0
    assert found.loss_range == pytest.approx((2 - 6, 2 - 3))


def test_at_a_minimum_there_is_no_way_to_walk() -> None:
    net = Point()
    with torch.no_grad():
        net.theta.zero_()
    assert np.isnan(walk_along_gradient(net, bowl, [1.0]).beta_smoothness)


def test_a_bn_net_agrees_with_moving_it_by_hand_and_is_left_alone() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 6, bias=False), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 3)).double()
    x, y = torch.randn(20, 4, dtype=torch.float64), torch.arange(20) % 3
    before = {name: value.clone() for name, value in net.state_dict().items()}

    def loss(n: nn.Module) -> torch.Tensor:
        return F.cross_entropy(n(x), y)

    found = walk_along_gradient(net, loss, [0.5, 2.0])
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(parameter.grad is None for parameter in net.parameters())

    loss(net).backward()
    first = [p.grad.clone() for p in net.parameters()]
    with torch.no_grad():
        for parameter, gradient in zip(net.parameters(), first, strict=True):
            parameter -= 2.0 * gradient
    net.zero_grad()
    moved = loss(net)
    moved.backward()
    change = sum(float((p.grad - g).square().sum()) for p, g in zip(net.parameters(), first, strict=True))
    assert found.losses[1] == pytest.approx(moved.item(), rel=1e-12)
    assert found.changes[1] == pytest.approx(change**0.5, rel=1e-10)


def test_step_lengths_run_from_half_to_four_times_the_rate() -> None:
    lengths = step_lengths(0.1)
    assert len(lengths) == 9
    assert lengths[[0, -1]] == pytest.approx([0.05, 0.4])
    assert np.diff(np.log(lengths)) == pytest.approx(np.log(8) / 8)


@pytest.mark.parametrize("lengths", [[], [0.0], [-1.0, 1.0]])
def test_a_walk_without_a_way_is_refused(lengths: list[float]) -> None:
    with pytest.raises(InputError, match="above 0"):
        walk_along_gradient(Point(), bowl, lengths)


def test_a_rate_of_zero_is_refused() -> None:
    with pytest.raises(InputError, match="above 0"):
        step_lengths(0.0)
