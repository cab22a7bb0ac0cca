"""Norms that take their statistics from elsewhere than the batch: all batches so far, or the data set."""

import pytest
import torch
from torch import nn

from bnviz.norms import CumulativeNorm, DataSetNorm, taking_reference

EPS = 1e-3


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3 + 2


def disturbed(norm):
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([0.5, 1.5, -2.0]))
        norm.bias.copy_(torch.tensor([-1.0, 0.0, 1.0]))
    return norm.double()


def rows(x):
    return x.movedim(1, -1).flatten(0, -2)


def by(mean, var, norm, x):
    view = (-1, *[1] * (x.dim() - 2))
    x_hat = (x - mean.view(view)) / torch.sqrt(var + EPS).view(view)
    return norm.weight.view(view) * x_hat + norm.bias.view(view)


def assert_constants_for_the_gradient(norm, out, x, var):
    """dy/dx is gamma / sqrt(var + eps) and nothing else."""
    grad_y = values(*x.shape, seed=77)
    (grad_x,) = torch.autograd.grad(out, x, grad_y)
    view = (-1, *[1] * (x.dim() - 2))
    torch.testing.assert_close(grad_x, grad_y * (norm.weight / torch.sqrt(var + EPS)).detach().view(view))


@pytest.mark.parametrize("tail", [(), (4, 5)])
def test_cumulative_averages_all_batches_so_far(tail):
    norm = disturbed(CumulativeNorm(3, EPS))
    means, variances = [], []
    for seed in range(3):
        x = values(6 + seed, 3, *tail, seed=seed).requires_grad_()
        means.append(rows(x.detach()).mean(0))
        variances.append(rows(x.detach()).var(0))
        mean, var = sum(means) / len(means), sum(variances) / len(variances)
        out = norm(x)
        torch.testing.assert_close(out, by(mean, var, norm, x))
        assert_constants_for_the_gradient(norm, out, x, var)
    torch.testing.assert_close(norm.running_mean, mean)
    torch.testing.assert_close(norm.running_var, var)
    torch.testing.assert_close(norm.eval()(x), out)


def test_two_forward_passes_before_the_backward_one():
    norm, x = disturbed(CumulativeNorm(3, EPS)), values(6, 3).requires_grad_()
    (norm(x) + norm(x)).sum().backward()
    assert x.grad.isfinite().all()


def test_cumulative_takes_the_mean_of_a_batch_of_one_and_no_variance():
    norm, x = disturbed(CumulativeNorm(3, EPS)), values(1, 3)
    norm(x)
    torch.testing.assert_close(norm.running_mean, x[0])
    assert torch.equal(norm.running_var, torch.ones(3, dtype=torch.float64))


@pytest.mark.parametrize("tail", [(), (4, 5)])
@pytest.mark.parametrize("training", [True, False])
def test_data_set_norm_goes_by_its_last_reference(training, tail):
    norm = disturbed(DataSetNorm(3, EPS)).train(training)
    for seed in (1, 2):
        everything = values(50, 3, *tail, seed=seed)
        with taking_reference(norm):
            taken = norm(everything)
        mean, var = rows(everything).mean(0), rows(everything).var(0, correction=0)
        torch.testing.assert_close(taken, by(mean, var, norm, everything).detach())
        assert not taken.requires_grad
        for n in (1, 8):
            x = values(n, 3, *tail, seed=5).requires_grad_()
            out = norm(x)
            torch.testing.assert_close(out, by(mean, var, norm, x))
            assert_constants_for_the_gradient(norm, out, x, var)
    torch.testing.assert_close(norm.running_mean, mean)
    torch.testing.assert_close(norm.running_var, var)


def test_every_norm_of_a_net_takes_what_reaches_it_normalized():
    first, second = (disturbed(DataSetNorm(3, EPS)) for _ in range(2))
    net = nn.Sequential(nn.Linear(3, 3, dtype=torch.float64), first, nn.Tanh(), second)
    x = values(50, 3)
    with taking_reference(net):
        net(x)
    with torch.no_grad():
        h = net[0](x)
        torch.testing.assert_close(first.running_mean, h.mean(0))
        torch.testing.assert_close(second.running_mean, torch.tanh(first(h)).mean(0))


def test_a_norm_without_a_reference_takes_its_first_training_batch():
    norm, x = disturbed(DataSetNorm(3, EPS)), values(8, 3)
    norm.eval()(x)
    assert torch.equal(norm.running_mean, torch.zeros(3, dtype=torch.float64))
    norm.train()(x)
    norm(values(8, 3, seed=1))
    torch.testing.assert_close(norm.running_mean, x.mean(0))
    torch.testing.assert_close(norm.running_var, x.var(0, correction=0))


def test_taking_ends_with_its_block_even_when_that_fails():
    norm = disturbed(DataSetNorm(3, EPS))
    with taking_reference(norm):
        norm(values(8, 3))
    before = norm.running_mean.clone()
    with pytest.raises(RuntimeError), taking_reference(norm):
        raise RuntimeError
    norm(values(8, 3, seed=1))
    assert torch.equal(norm.running_mean, before)
    assert torch.is_grad_enabled()
