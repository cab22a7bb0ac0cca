"""Standardized weights against numpy, torch's layers and their invariances."""

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.norms import GroupNorm, StandardizedConv2d, StandardizedLinear, standardize_weight


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3 + 2


SHAPES = pytest.mark.parametrize("shape", [(4, 7), (4, 3, 3, 2)])


@SHAPES
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_each_filter_is_standardized_by_its_own_mean_and_std(shape, eps):
    weight = values(*shape)
    filters = weight.numpy().reshape(4, -1)
    expected = (filters - filters.mean(1, keepdims=True)) / (np.std(filters, 1, keepdims=True) + eps)
    np.testing.assert_allclose(standardize_weight(weight, eps).numpy().reshape(4, -1), expected, rtol=1e-12)


@SHAPES
def test_the_gradient_is_that_of_finite_differences(shape):
    assert torch.autograd.gradcheck(standardize_weight, values(*shape).requires_grad_())


@pytest.mark.parametrize("shape", [(4, 7), (4, 1)])
def test_equal_weights_become_zero_with_a_finite_gradient(shape):
    weight = torch.full(shape, 3.0, requires_grad=True)
    standardize_weight(weight).pow(2).sum().backward()
    assert torch.equal(standardize_weight(weight), torch.zeros(shape))
    assert weight.grad.isfinite().all()


def layers(bias=True):
    linear = StandardizedLinear(7, 4, bias=bias, dtype=torch.float64)
    conv = StandardizedConv2d(3, 4, 3, stride=2, padding=1, bias=bias, dtype=torch.float64)
    return [(linear, nn.Linear(7, 4, bias=bias), (5, 7)), (conv, nn.Conv2d(3, 4, 3, 2, 1, bias=bias), (5, 3, 8, 8))]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("gain", [1.0, 2**0.5])
def test_layers_are_torchs_with_standardized_weights_over_the_root_of_fan_in(gain, bias):
    for ours, oracle, shape in layers(bias):
        ours.gain = gain
        oracle = oracle.double()
        fan_in = ours.weight[0].numel()
        weight = ours.weight.detach().clone().requires_grad_()
        x, y = (values(*shape).requires_grad_() for _ in range(2))
        params = {"weight": standardize_weight(weight) * gain / fan_in**0.5}
        if bias:
            params["bias"] = ours.bias.detach()
        expected = torch.func.functional_call(oracle, params, y)
        out = ours(x)
        torch.testing.assert_close(out, expected)
        found = torch.autograd.grad(out.pow(3).sum(), [x, ours.weight])
        for grad, wanted in zip(found, torch.autograd.grad(expected.pow(3).sum(), [y, weight]), strict=True):
            torch.testing.assert_close(grad, wanted)
        assert list(dict(ours.named_parameters())) == (["weight", "bias"] if bias else ["weight"])


def test_neither_the_size_nor_the_mean_of_a_filter_matters():
    for layer, _, shape in layers():
        x = values(*shape)
        out = layer(x).detach()
        with torch.no_grad():
            layer.weight.mul_(5).add_(2)
        # The mean 2 costs a few of float32's digits.
        torch.testing.assert_close(layer(x).detach(), out, rtol=1e-3, atol=1e-3)


def test_behind_a_group_norm_the_factor_on_the_weights_is_gone():
    norm = GroupNorm(2, 4, eps=1e-12).double()
    for layer, oracle, shape in layers(bias=False):
        x = values(*shape)
        published = torch.func.functional_call(oracle.double(), {"weight": standardize_weight(layer.weight)}, x)
        torch.testing.assert_close(norm(layer(x)), norm(published), rtol=1e-6, atol=1e-6)


def test_alone_they_keep_the_mean_square_of_a_signal():
    layer = StandardizedLinear(400, 400, bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(values(400, 400))
    x = torch.randn(300, 400, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    assert float(layer(x).detach().square().mean()) == pytest.approx(1, abs=0.02)
