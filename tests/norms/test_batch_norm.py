"""The formulas by hand and the layer, against torch."""

import pytest
import torch
from torch import nn

from bnviz.norms import (
    BatchNorm,
    batch_norm_backward,
    batch_norm_eval,
    batch_norm_forward,
    fold_into_linear,
    update_running,
)


def batch(n=7, d=5, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator, dtype=dtype) * 3 + 2


def affine_pair(d=5, dtype=torch.float64):
    return torch.linspace(0.5, 2, d, dtype=dtype), torch.linspace(-1, 1, d, dtype=dtype)


def oracle_like(layer):
    oracle = nn.BatchNorm1d(layer.num_features, layer.eps, layer.momentum, layer.affine).to(torch.float64)
    oracle.load_state_dict(layer.state_dict())
    return oracle


@pytest.mark.parametrize("n", [2, 7])
@pytest.mark.parametrize("eps", [1e-5, 0.3])
def test_forward_and_backward_by_hand_agree_with_torch(n, eps):
    x, (gamma, beta) = batch(n), affine_pair()
    leaves = [t.clone().requires_grad_() for t in (x, gamma, beta)]
    expected = nn.functional.batch_norm(leaves[0], None, None, leaves[1], leaves[2], True, eps=eps)
    grad_y = batch(n, seed=1)
    expected.backward(grad_y)
    y, cache = batch_norm_forward(x, gamma, beta, eps)
    torch.testing.assert_close(y, expected.detach())
    for ours, leaf in zip(batch_norm_backward(grad_y, cache), leaves, strict=True):
        torch.testing.assert_close(ours, leaf.grad)


def test_output_has_zero_mean_and_biased_unit_variance_before_gamma_and_beta():
    x = batch(50)
    y, cache = batch_norm_forward(x, torch.ones(5), torch.zeros(5), eps=0.0)
    torch.testing.assert_close(y.mean(0), torch.zeros(5, dtype=torch.float64))
    torch.testing.assert_close(y.var(0, correction=0), torch.ones(5, dtype=torch.float64))
    torch.testing.assert_close(cache.var, x.var(0, correction=0))


@pytest.mark.parametrize("momentum", [0.1, 0.9, None])
def test_running_statistics_by_hand_agree_with_torch(momentum):
    oracle = nn.BatchNorm1d(5, momentum=momentum).double()
    mean, var = torch.zeros(5, dtype=torch.float64), torch.ones(5, dtype=torch.float64)
    for count in range(1, 4):
        x = batch(seed=count)
        oracle(x)
        mean, var = update_running(mean, var, x, momentum, count)
    torch.testing.assert_close(mean, oracle.running_mean)
    torch.testing.assert_close(var, oracle.running_var)


def test_eval_and_folding_agree_with_torch():
    linear, norm = nn.Linear(4, 5).double(), nn.BatchNorm1d(5, eps=1e-3).double()
    with torch.no_grad():
        norm.weight.copy_(affine_pair()[0])
        norm.bias.copy_(affine_pair()[1])
    x = batch(d=4)
    norm(linear(x))
    norm.eval()
    expected = norm(linear(x)).detach()
    statistics = (norm.running_mean, norm.running_var, norm.eps)
    by_hand = batch_norm_eval(linear(x), norm.weight, norm.bias, *statistics)
    torch.testing.assert_close(by_hand.detach(), expected)
    weight, bias = fold_into_linear(linear.weight, linear.bias, norm.weight, norm.bias, *statistics)
    torch.testing.assert_close((x @ weight.T + bias).detach(), expected)
    no_bias = norm(x @ linear.weight.T).detach()
    weight, bias = fold_into_linear(linear.weight, None, norm.weight, norm.bias, *statistics)
    torch.testing.assert_close((x @ weight.T + bias).detach(), no_bias)


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("momentum", [0.1, None])
@pytest.mark.parametrize("n", [2, 7])
def test_layer_is_torchs_batch_norm_bit_by_bit(n, momentum, affine):
    layer = BatchNorm(5, eps=1e-3, momentum=momentum, affine=affine).double()
    oracle = oracle_like(layer)
    for seed in range(3):
        ours, theirs = (batch(n, seed=seed).requires_grad_() for _ in range(2))
        assert torch.equal(layer(ours), oracle(theirs))
        layer(ours).square().sum().backward()
        oracle(theirs).square().sum().backward()
        assert torch.equal(ours.grad, theirs.grad)
    assert [*layer.state_dict()] == [*oracle.state_dict()]
    for name, value in oracle.state_dict().items():
        assert torch.equal(layer.state_dict()[name], value), name
    layer.eval()
    oracle.eval()
    assert torch.equal(layer(batch(1)), oracle(batch(1)))


@pytest.mark.parametrize("momentum", [0.1, None])
def test_a_batch_of_one_gives_beta_and_no_gradient_to_x(momentum):
    layer = BatchNorm(5, momentum=momentum).double()
    with torch.no_grad():
        layer.weight.copy_(affine_pair()[0])
        layer.bias.copy_(affine_pair()[1])
    x = batch(1).requires_grad_()
    y = layer(x)
    assert torch.equal(y, layer.bias[None])
    y.sum().backward()
    assert torch.equal(x.grad, torch.zeros_like(x))
    assert torch.equal(layer.weight.grad, torch.zeros_like(layer.weight))
    assert torch.equal(layer.bias.grad, torch.ones_like(layer.bias))
    expected = x.detach()[0] * (0.1 if momentum else 1.0)
    torch.testing.assert_close(layer.running_mean, expected)
    assert torch.equal(layer.running_var, torch.ones_like(layer.running_var))
    assert int(layer.num_batches_tracked) == 1


def test_a_batch_of_one_does_not_hide_a_divergence():
    layer = BatchNorm(2)
    assert layer(torch.tensor([[float("inf"), 1.0]])).isnan().tolist() == [[True, False]]


def test_only_the_layer_accepts_one_sample():
    with pytest.raises(ValueError, match="more than 1 value"):
        nn.BatchNorm1d(5)(batch(1, dtype=torch.float32))
