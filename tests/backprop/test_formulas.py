"""The kernels that the layers call compute what the docstrings say, formula by formula, in float64."""

import math

import pytest
import torch
from torch import nn

from bnviz.backprop.batch_norm import BatchNorm
from bnviz.backprop.cross_entropy import CrossEntropy
from bnviz.backprop.dropout import Dropout
from bnviz.backprop.linear import Linear
from bnviz.backprop.nonlinearities import NONLINEARITIES, Nonlinearity
from bnviz.nets.dropout import SeededDropout
from bnviz.norms import BatchNorm as BatchNormModule
from bnviz.norms.by_hand import batch_norm_backward, batch_norm_forward

B, C = 7, 5


def numbers(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def normal_density(x):
    return torch.exp(-x.square() / 2) / math.sqrt(2 * math.pi)


SLOPES = {
    nn.Sigmoid: lambda x, y: y * (1 - y),
    nn.Tanh: lambda x, y: 1 - y**2,
    nn.ReLU: lambda x, y: (x > 0).double(),
    nn.LeakyReLU: lambda x, y: torch.where(x > 0, 1.0, 0.01),
    nn.GELU: lambda x, y: torch.special.ndtr(x) + x * normal_density(x),
    nn.Identity: lambda x, y: torch.ones_like(x),
}


@pytest.mark.parametrize("kind", NONLINEARITIES)
def test_a_nonlinearity_passes_back_the_gradient_times_its_slope(kind):
    layer, x, grad_y = Nonlinearity(kind()), numbers(B, C), numbers(B, C, seed=1)
    y = layer.forward(x)
    torch.testing.assert_close(layer.backward(grad_y), grad_y * SLOPES[kind](x, y))


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("bias", [True, False])
def test_the_three_gradients_of_a_linear_layer(bias, is_first):
    module = nn.Linear(4, C, bias=bias, dtype=torch.float64)
    layer, x, grad_y = Linear(module, is_first), numbers(B, 4), numbers(B, C, seed=1)
    torch.testing.assert_close(layer.forward(x), nn.functional.linear(x, module.weight, module.bias).detach())
    grad_x = layer.backward(grad_y)
    weights = sum(torch.outer(grad_y[i], x[i]) for i in range(B))
    torch.testing.assert_close(module.weight.grad, weights)
    if bias:
        torch.testing.assert_close(module.bias.grad, grad_y.sum(0))
    if not is_first:
        torch.testing.assert_close(grad_x, torch.stack([module.weight.detach().T @ row for row in grad_y]))


def test_the_gradients_of_batch_norm_are_the_six_equations_and_the_line_that_they_sum_to():
    module = BatchNormModule(C, eps=1e-3).double()
    with torch.no_grad():
        module.weight.copy_(numbers(C, seed=2))
        module.bias.copy_(numbers(C, seed=3))
    layer, x, grad_y = BatchNorm(module), numbers(B, C), numbers(B, C, seed=1)
    gamma, beta = module.weight.detach(), module.bias.detach()
    y, cache = batch_norm_forward(x, gamma, beta, 1e-3)
    torch.testing.assert_close(layer.forward(x), y)
    grad_x, paper = layer.backward(grad_y), batch_norm_backward(grad_y, cache)
    torch.testing.assert_close(grad_x, paper.x)
    torch.testing.assert_close(module.weight.grad, paper.gamma)
    torch.testing.assert_close(module.bias.grad, paper.beta)
    x_hat = cache.x_hat
    line = gamma / torch.sqrt(cache.var + 1e-3) * (grad_y - grad_y.mean(0) - x_hat * (grad_y * x_hat).mean(0))
    torch.testing.assert_close(grad_x, line)


def test_the_gradient_of_the_loss_is_what_the_net_says_minus_what_is_true():
    loss, z, y = CrossEntropy(), numbers(B, C), torch.tensor([0, 4, 2, 2, 1, 3, 0])
    p = torch.exp(z) / torch.exp(z).sum(1, keepdim=True)
    torch.testing.assert_close(loss.forward(z, y), -p[torch.arange(B), y].log().mean())
    torch.testing.assert_close(loss.backward(), (p - nn.functional.one_hot(y, C)) / B)


def test_what_was_dropped_passes_no_gradient():
    layer, x, grad_y = Dropout(SeededDropout(0.4, seed=1)), numbers(50, C), numbers(50, C, seed=1)
    y = layer.forward(x)
    kept = y != 0
    assert 0 < int(kept.sum()) < kept.numel()
    torch.testing.assert_close(y[kept], x[kept] / 0.6)
    torch.testing.assert_close(layer.backward(grad_y), torch.where(kept, grad_y / 0.6, 0.0))
