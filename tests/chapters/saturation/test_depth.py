"""Gradient norms through a stack of layers, against autograd on torch.nn modules and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from bnviz.chapters.saturation.depth import EPS, YANG_FACTOR, gradient_norms
from bnviz.chapters.saturation.results import VARIANTS


def stack(depth: int, width: int = 8, seed: int = 0) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(seed)
    draw = [torch.randn(width, width, generator=generator, dtype=torch.float64) for _ in range(depth)]
    x = torch.randn(16, width, generator=generator, dtype=torch.float64)
    head = torch.randn(3, width, generator=generator, dtype=torch.float64)
    y = torch.randint(3, (16,), generator=generator)
    return x, y, draw, head


@pytest.mark.parametrize(("normalized", "skip"), VARIANTS)
@pytest.mark.parametrize("curve", ["sigmoid", "tanh", "relu"])
def test_the_norms_are_those_of_torch_modules(curve: str, normalized: bool, skip: bool) -> None:
    x, y, weights, head = stack(4)
    act = {"sigmoid": nn.Sigmoid(), "tanh": nn.Tanh(), "relu": nn.ReLU()}[curve]
    bn = nn.BatchNorm1d(8, eps=EPS).double()
    h, hidden = x, []
    for number, weight in enumerate(weights):
        u = functional.linear(h, weight)
        out = act(bn(u) if normalized else u)
        h = h + out if skip and number else out
        if number == 0:
            h = h.detach().requires_grad_()
        h.retain_grad()
        hidden.append(h)
    functional.cross_entropy(functional.linear(h, head), y).backward()
    expected = [layer.grad.norm().item() for layer in hidden]
    np.testing.assert_allclose(gradient_norms(x, y, weights, head, curve, normalized, skip), expected, rtol=1e-9)


def test_linear_regime_of_relu_is_a_product_of_factors() -> None:
    """With positive inputs and W = a I every layer multiplies the gradient by a."""
    x, y, _, head = stack(1)
    eye = 0.5 * torch.eye(8, dtype=torch.float64)
    norms = gradient_norms(x.abs(), y, [eye] * 5, head, "relu", False, False)
    np.testing.assert_allclose(norms[:-1] / norms[1:], 0.5, rtol=1e-12)
    with_skip = gradient_norms(x.abs(), y, [eye] * 5, head, "relu", False, True)
    np.testing.assert_allclose(with_skip[:-1] / with_skip[1:], 1.5, rtol=1e-12)


def test_the_reported_factor() -> None:
    assert pytest.approx(1.211, abs=5e-4) == YANG_FACTOR
    assert pytest.approx(math.pi / (math.pi - 1)) == YANG_FACTOR**2
