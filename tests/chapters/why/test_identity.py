"""The identity of the gradient before BN, against torch's backward pass in float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.why.identity import gradient_identity
from bnviz.chapters.why.results import GradientIdentity
from bnviz.config import InputError


def passed(eps: float, m: int = 40, units: int = 6) -> GradientIdentity:
    """A BN layer followed by a nonlinear loss, differentiated by torch."""
    random = torch.Generator().manual_seed(m)
    y = torch.randn(m, units, generator=random, dtype=torch.float64) * 1.7 + 0.4
    gamma = torch.rand(units, generator=random, dtype=torch.float64) + 0.5
    y.requires_grad_()
    z = torch.batch_norm(y, gamma, torch.zeros_like(gamma), None, None, True, 0.1, eps, False)
    z.retain_grad()
    ((z.sin() + 0.3 * z).square() * torch.linspace(0, 2, m)[:, None]).sum().backward()
    return gradient_identity(y.detach().numpy(), z.grad.numpy(), y.grad.numpy(), gamma.numpy(), eps)


def test_without_epsilon_the_simple_form_is_exact() -> None:
    found = passed(0.0)
    np.testing.assert_allclose(found.simple, found.measured, rtol=1e-10)
    np.testing.assert_allclose(found.exact, found.measured, rtol=1e-10)
    np.testing.assert_allclose(found.power, 1, rtol=1e-12)
    assert found.deviation(found.simple) < 1e-13


@pytest.mark.parametrize("eps", [1e-5, 0.1, 3.0])
def test_with_epsilon_only_the_full_form_is(eps: float) -> None:
    found = passed(eps)
    np.testing.assert_allclose(found.exact, found.measured, rtol=1e-10)
    assert found.deviation(found.simple) > 1e-8
    assert (found.power < 1).all()


def test_the_shares_are_what_is_taken_away() -> None:
    found = passed(0.0)
    ones, x_hat, left = found.shares
    total = (found.scale * found.whole).sum()
    assert ones == pytest.approx((found.scale * found.along_ones).sum() / total)
    assert x_hat == pytest.approx((found.scale * found.along_x_hat).sum() / total)
    assert ones + x_hat + left == pytest.approx(1)
    assert min(ones, x_hat, left) > 0.001


def test_the_printed_form_takes_more_than_there_is_to_take() -> None:
    """1 / sqrt(m) > 1 / m: wherever <y_hat, g> is not 0, less is left than was measured."""
    found = passed(0.0)
    assert (found.printed < found.simple).all()
    assert found.printed_holds == 0
    orthogonal = GradientIdentity(*(np.array([v]) for v in (2.0, 1.0, 3.0, 1.0, 0.0, 1.0)), 9)
    assert orthogonal.printed_holds == 1


def test_no_gradient_has_no_shares() -> None:
    nothing = gradient_identity(np.eye(3), np.zeros((3, 3)), np.zeros((3, 3)), np.ones(3), 0.0)
    assert np.isnan(nothing.shares).all()
    assert nothing.deviation(nothing.simple) == 0


def test_wrong_sizes_and_dead_units_are_refused() -> None:
    with pytest.raises(InputError, match=r"must be \(m, D\)"):
        gradient_identity(np.eye(3), np.eye(3), np.eye(3), np.ones(2), 0.0)
    with pytest.raises(InputError, match="eps above 0"):
        gradient_identity(np.ones((4, 2)), np.ones((4, 2)), np.ones((4, 2)), np.ones(2), 0.0)
