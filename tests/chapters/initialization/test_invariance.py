"""Scale invariance against torch's own layer, closed forms and autograd."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.chapters.initialization.invariance import (
    check_scale,
    distance_formula,
    epsilon_curve,
    normalized,
    radial_share,
)
from bnviz.chapters.initialization.results import balance, effective_lr
from bnviz.chapters.initialization.weight_norms import growing_rate, squared_norm_after


@pytest.fixture
def layer():
    random = torch.Generator().manual_seed(3)
    u = torch.randn(40, 12, generator=random, dtype=torch.float64)
    weight = torch.randn(7, 12, generator=random, dtype=torch.float64) * 0.3
    target = torch.randn(40, 7, generator=random, dtype=torch.float64)
    return u, weight, lambda y: (torch.tanh(y) - target).square().mean()


def test_normalized_is_torchs_batch_norm(layer):
    u, weight, _ = layer
    expected = F.batch_norm(u @ weight.T, None, None, training=True, eps=1e-3)
    torch.testing.assert_close(normalized(u, weight, 1e-3), expected)


@pytest.mark.parametrize("scale", [1e-3, 0.5, 4.0, 300.0])
def test_without_epsilon_the_paper_holds_exactly(layer, scale):
    check = check_scale(*layer, scale, 0.0)
    assert check.output_change < 1e-12
    assert check.input_grad_change < 1e-12
    assert check.grad_ratio == pytest.approx(1 / scale, rel=1e-10) == check.exact_grad_ratio
    assert check.step_ratio == pytest.approx(1 / scale**2, rel=1e-10) == check.exact_step_ratio
    assert check.radial < 1e-12
    assert check.variance_share == 1


def test_epsilon_breaks_it_as_far_as_the_formula_says(layer):
    u, weight, loss = layer
    curve = epsilon_curve(u, weight, loss, [1e-4, 1e-2, 0.3, 1.0, 50.0], 1e-4)
    np.testing.assert_allclose(curve.measured, curve.formula, rtol=1e-6)
    assert (np.diff(curve.measured) < 0).all()
    variance = (u @ weight.T).var(0, correction=0).median().item()
    assert curve.edge**2 * variance == pytest.approx(1e-4)
    assert check_scale(u, weight, loss, 1e-3, 1e-4).radial > 1e-3


def test_far_below_the_edge_nothing_is_left_of_x_hat():
    x_hat = torch.tensor([[2.0, -1.0], [-2.0, 1.0]])
    assert distance_formula(x_hat, torch.ones(2), 1e-9, 1e-2) == pytest.approx(2.0, rel=1e-6)


def test_a_gradient_without_batch_norm_is_not_at_a_right_angle():
    weight = torch.tensor([[3.0, 4.0]])
    assert radial_share(weight, torch.tensor([[3.0, 4.0]])) == pytest.approx(1)
    assert radial_share(weight, torch.tensor([[4.0, -3.0]])) == pytest.approx(0)


def test_a_scale_that_is_not_positive_is_refused(layer):
    with pytest.raises(ValueError, match="above 0"):
        check_scale(*layer, -1.0, 0.0)


@pytest.mark.parametrize("decay", [0.0, 0.03])
def test_the_norm_after_a_step_is_that_of_torchs_sgd(decay):
    weight = torch.nn.Parameter(torch.randn(5, 4, dtype=torch.float64))
    weight.grad = torch.randn(5, 4, dtype=torch.float64)
    before, inner = weight.square().sum().item(), (weight * weight.grad).sum().item()
    expected = squared_norm_after(before, inner, weight.grad.square().sum().item(), 0.2, decay)
    torch.optim.SGD([weight], lr=0.2, weight_decay=decay).step()
    assert weight.square().sum().item() == pytest.approx(expected)


def test_rates():
    assert effective_lr(0.5, 25.0) == pytest.approx(0.02)
    assert growing_rate(0.1, 0.5, 0) == pytest.approx(0.1 / 0.95)
    assert growing_rate(0.1, 0.5, 3) / growing_rate(0.1, 0.5, 2) == pytest.approx(0.95**-2)
    # At equilibrium decay takes what the gradient adds: |w|^4 = lr |g1|^2 / (2 decay), g = g1 / |w|.
    lr, decay, g1 = 0.3, 0.01, 0.8
    norm2 = math.sqrt(lr * g1**2 / (2 * decay))
    assert balance(lr, decay, np.array([norm2]), np.array([g1**2 / norm2]))[0] == pytest.approx(1)
