"""ICS of definition 2.1: a linear net in closed form, a brute-force oracle, and nothing left behind."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.chapters.why.covariate_shift import LayerPart, gradient_shift
from bnviz.config import InputError


def batch(n_in: int, n_out: int, size: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(5)
    return (
        torch.randn(size, n_in, generator=random, dtype=torch.float64),
        torch.randn(size, n_out, generator=random, dtype=torch.float64),
    )


def updated(net: nn.Module, loss, lr: float) -> dict[str, torch.Tensor]:
    after = deepcopy(net)
    grads = torch.autograd.grad(loss(after), list(after.parameters()))
    return {
        name: (value - lr * grad).detach() for (name, value), grad in zip(after.named_parameters(), grads, strict=True)
    }


def test_a_linear_net_of_two_layers_has_the_closed_form() -> None:
    """L = sum |W2 W1 x - y|^2 / 2: dL/dW2 = (W2 W1 X - Y) X^T W1^T, so G' has W1' in place of W1."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4, bias=False), nn.Linear(4, 2, bias=False)).double()
    x, y = batch(3, 2)

    def loss(n: nn.Module) -> torch.Tensor:
        return (n(x) - y).square().sum() / 2

    lr = 0.01
    after = updated(net, loss, lr)
    w1, w2, xs, ys = (np.asarray(each) for each in (net[0].weight.detach(), net[1].weight.detach(), x.T, y.T))
    residual = w2 @ w1 @ xs - ys
    moved = w1 - lr * w2.T @ residual @ xs.T
    g = residual @ xs.T @ w1.T
    g_after = (w2 @ moved @ xs - ys) @ xs.T @ moved.T
    parts = [LayerPart("1", "0.weight", ("0.weight",)), LayerPart("2", "1.weight", ("1.weight",))]
    found = gradient_shift(net, after, parts, loss)
    np.testing.assert_allclose(found.l2, [0, np.linalg.norm(g - g_after)], rtol=1e-12)
    np.testing.assert_allclose(found.norm[1], np.linalg.norm(g), rtol=1e-12)
    cosine = (g * g_after).sum() / np.linalg.norm(g) / np.linalg.norm(g_after)
    np.testing.assert_allclose(found.cosine, [1, cosine], rtol=1e-12)
    np.testing.assert_allclose(found.relative[1], np.linalg.norm(g - g_after) / np.linalg.norm(g))
    assert found.l2[1] > 0.01


def bn_net() -> tuple[nn.Sequential, list[LayerPart]]:
    torch.manual_seed(1)
    net = nn.Sequential(
        nn.Linear(6, 5, bias=False),
        nn.BatchNorm1d(5),
        nn.Sigmoid(),
        nn.Linear(5, 5, bias=False),
        nn.BatchNorm1d(5),
        nn.Sigmoid(),
        nn.Linear(5, 3),
    ).double()
    parts = [
        LayerPart("a", "0.weight", ("0.weight", "1.weight", "1.bias")),
        LayerPart("b", "3.weight", ("3.weight", "4.weight", "4.bias")),
        LayerPart("head", "6.weight", ("6.weight", "6.bias")),
    ]
    return net, parts


def test_every_layer_of_a_bn_net_agrees_with_brute_force() -> None:
    """Build each hybrid as a state dict of its own, and let a fresh net differentiate all of it."""
    net, parts = bn_net()
    x, y = batch(6, 1)[0], torch.arange(12) % 3

    def loss(n: nn.Module) -> torch.Tensor:
        return F.cross_entropy(n(x), y)

    after = updated(net, loss, 0.7)
    found = gradient_shift(net, after, parts, loss)
    below = [[], ["0.", "1."], ["0.", "1.", "3.", "4."]]
    for number, part in enumerate(parts):
        grads = []
        for prefixes in ([], below[number]):
            state = {k: v.clone() for k, v in net.state_dict().items()}
            state |= {k: v for k, v in after.items() if any(k.startswith(p) for p in prefixes)}
            fresh = bn_net()[0]
            fresh.load_state_dict(state)
            loss(fresh).backward()
            grads.append(dict(fresh.named_parameters())[part.weight].grad.flatten())
        assert found.l2[number] == pytest.approx(float((grads[0] - grads[1]).norm()), rel=1e-12)
        assert found.norm[number] == pytest.approx(float(grads[0].norm()), rel=1e-12)
        expected = float(F.cosine_similarity(grads[0], grads[1], dim=0))
        assert found.cosine[number] == pytest.approx(expected, rel=1e-10)
    assert found.l2[0] == 0
    assert (found.l2[1:] > 1e-4).all()


def test_the_net_is_left_alone_running_statistics_and_all() -> None:
    net, parts = bn_net()
    x = batch(6, 1)[0]

    def loss(n: nn.Module) -> torch.Tensor:
        return n(x).square().mean()

    after = updated(net, loss, 0.1)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    gradient_shift(net, after, parts, loss)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(parameter.grad is None for parameter in net.parameters())
    assert net.training


def test_batch_statistics_are_used_not_the_running_ones() -> None:
    """Spoilt running statistics must not matter in training mode."""
    net, parts = bn_net()
    x = batch(6, 1)[0]

    def loss(n: nn.Module) -> torch.Tensor:
        return n(x).square().mean()

    after = updated(net, loss, 0.1)
    first = gradient_shift(net, after, parts, loss)
    net[1].running_mean.fill_(50.0)
    net[4].running_var.fill_(1e6)
    np.testing.assert_array_equal(gradient_shift(net, after, parts, loss).l2, first.l2)


def test_equal_steps_have_no_shift_and_an_unknown_parameter_is_refused() -> None:
    net, parts = bn_net()
    x = batch(6, 1)[0]
    same = {name: value.detach() for name, value in net.named_parameters()}
    found = gradient_shift(net, same, parts, lambda n: n(x).square().mean())
    assert (found.l2 == 0).all()
    np.testing.assert_allclose(found.cosine, 1)
    with pytest.raises(InputError, match="not there"):
        gradient_shift(net, same, [LayerPart("x", "9.weight", ())], lambda n: n(x).mean())
