"""The six equations against the layer's own backward, autograd and measured slopes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.transform.backward import backward, draw_target, numerical_gradient, six_equations
from bnviz.chapters.transform.batches import PRESETS, draw_batch
from bnviz.chapters.transform.forward import transform
from bnviz.chapters.transform.results import Transform
from bnviz.norms import batch_norm_backward, batch_norm_forward


def forward(preset: str = "heavy", samples: int = 16, features: int = 4, eps: float = 1e-5) -> Transform:
    gamma, beta = np.linspace(-1, 2, features), np.linspace(1, -1, features)
    return transform(draw_batch(preset, samples, features, 2), gamma, beta, eps)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("eps", [1e-5, 1.0])
def test_all_six_equations_agree_with_autograd(preset: str, eps: float) -> None:
    done = forward(preset, *PRESETS[preset], eps)
    back = backward(done, draw_target(*PRESETS[preset], 2))
    assert back.difference < 1e-6
    for ours, theirs in zip(back.by_hand, back.autograd, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-9)
    assert back.difference == max(np.abs(a - b).max() for a, b in zip(back.by_hand, back.autograd, strict=True))


def test_the_six_equations_are_those_of_the_layer_by_hand() -> None:
    done = forward()
    grad_y = draw_target(16, 4, 9)
    arguments = (torch.from_numpy(each) for each in (done.x, done.gamma, done.beta))
    expected = batch_norm_backward(torch.from_numpy(grad_y), batch_norm_forward(*arguments, done.eps)[1])
    ours = six_equations(done, grad_y)
    np.testing.assert_allclose(ours.x, expected.x.numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours.gamma, expected.gamma.numpy())
    np.testing.assert_allclose(ours.beta, expected.beta.numpy())


def test_the_measured_slope_sides_with_the_six_equations() -> None:
    back = backward(forward(), draw_target(16, 4, 2))
    np.testing.assert_allclose(back.by_hand.x, back.numerical, rtol=1e-4, atol=1e-7)
    assert back.analytic_error < 1e-6
    assert back.detached_error > 0.1


def test_the_measured_slope_of_a_plain_square_is_known() -> None:
    """With gamma 0 the outputs are beta whatever x is: no slope."""
    done = transform(draw_batch("heavy", 5, 2, 0), np.zeros(2), np.ones(2))
    np.testing.assert_array_equal(numerical_gradient(done, np.zeros((5, 2))), np.zeros((5, 2)))


def test_the_wrong_way_is_autograd_with_detached_statistics() -> None:
    done, target = forward(), draw_target(16, 4, 2)
    x = torch.tensor(done.x, requires_grad=True)
    x_hat = (x - x.mean(0).detach()) / torch.sqrt(x.var(0, correction=0).detach() + done.eps)
    y = torch.from_numpy(done.gamma) * x_hat + torch.from_numpy(done.beta)
    (0.5 * (y - torch.from_numpy(target)) ** 2).sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(backward(done, target).detached, x.grad.numpy())


def test_the_right_gradient_has_no_shift_and_no_stretch() -> None:
    done = forward(eps=0.0)
    back = backward(done, draw_target(16, 4, 2))
    np.testing.assert_allclose(back.by_hand.x.sum(0), 0, atol=1e-10)
    np.testing.assert_allclose((back.by_hand.x * done.x_hat).sum(0), 0, atol=1e-10)
    assert np.abs(back.detached.sum(0)).max() > 0.1


def test_the_loss_is_the_sum_over_features() -> None:
    done, target = forward(), draw_target(16, 4, 2)
    back = backward(done, target)
    assert back.loss.sum() == pytest.approx(0.5 * ((done.y - target) ** 2).sum())
    np.testing.assert_array_equal(back.grad_y, done.y - target)
