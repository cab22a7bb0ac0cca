"""BN with one part left out, against the formula under autograd or against torch."""

import pytest
import torch
from torch import nn

from bnviz.config import InputError
from bnviz.norms import MeanOnlyNorm, NoBetaNorm, NoGammaNorm, PerActivationNorm, VarianceOnlyNorm

EPS = 1e-3
GAMMA, BETA = torch.tensor([0.5, 1.5, -2.0]), torch.tensor([-1.0, 0.0, 1.0])
TAILS = pytest.mark.parametrize("tail", [(), (4, 5)])


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3 + 2


def disturbed(norm):
    with torch.no_grad():
        for parameter, start in ((norm.weight, GAMMA), (norm.bias, BETA)):
            if parameter is not None:
                parameter.copy_(start.view(-1, *[1] * (parameter.dim() - 1)).expand_as(parameter))
    return norm.double()


def on_rows(x, work):
    """Work on (rows, C) and bring the result back to the shape of x."""
    last = x.movedim(1, -1)
    return work(last.reshape(-1, x.shape[1])).view(last.shape).movedim(-1, 1)


def assert_alike(out, expected, x, y, ours=(), theirs=()):
    torch.testing.assert_close(out, expected)
    found = torch.autograd.grad(out.pow(3).sum(), [x, *ours])
    for grad, wanted in zip(found, torch.autograd.grad(expected.pow(3).sum(), [y, *theirs]), strict=True):
        torch.testing.assert_close(grad, wanted)


@TAILS
@pytest.mark.parametrize("momentum", [0.1, None])
def test_mean_only(tail, momentum):
    norm, gathered = disturbed(MeanOnlyNorm(3, momentum)), torch.zeros(3, dtype=torch.float64)
    for step in (1, 2):
        x, y = (values(7, 3, *tail, seed=step).requires_grad_() for _ in range(2))
        expected = on_rows(y, lambda r: norm.weight * (r - r.mean(0)) + norm.bias)
        assert_alike(norm(x), expected, x, y, norm.parameters(), norm.parameters())
        factor = momentum or 1 / step
        gathered = (1 - factor) * gathered + factor * x.detach().movedim(1, -1).reshape(-1, 3).mean(0)
    torch.testing.assert_close(norm.running_mean, gathered)
    assert norm.running_var is None
    expected = on_rows(y, lambda r: norm.weight * (r - gathered) + norm.bias)
    torch.testing.assert_close(norm.eval()(x), expected)


@TAILS
@pytest.mark.parametrize("momentum", [0.1, None])
def test_variance_only(tail, momentum):
    norm = disturbed(VarianceOnlyNorm(3, EPS, momentum))
    gathered = torch.ones(3, dtype=torch.float64)
    for step in (1, 2):
        x, y = (values(7, 3, *tail, seed=step).requires_grad_() for _ in range(2))
        expected = on_rows(y, lambda r: norm.weight * r / (((r - r.mean(0)) ** 2).mean(0) + EPS).sqrt() + norm.bias)
        assert_alike(norm(x), expected, x, y, norm.parameters(), norm.parameters())
        factor = momentum or 1 / step
        gathered = (1 - factor) * gathered + factor * x.detach().movedim(1, -1).reshape(-1, 3).var(0)
    torch.testing.assert_close(norm.running_var, gathered)
    assert norm.running_mean is None
    expected = on_rows(y, lambda r: norm.weight * r / (gathered + EPS).sqrt() + norm.bias)
    torch.testing.assert_close(norm.eval()(x), expected)


@TAILS
@pytest.mark.parametrize(
    ("kind", "kept", "left_out"), [(NoGammaNorm, "bias", "weight"), (NoBetaNorm, "weight", "bias")]
)
def test_without_gamma_or_beta(kind, kept, left_out, tail):
    ours = disturbed(kind(3, EPS))
    oracle = (nn.BatchNorm2d if tail else nn.BatchNorm1d)(3, EPS).double()
    with torch.no_grad():
        getattr(oracle, kept).copy_(getattr(ours, kept))
    assert getattr(ours, left_out) is None
    assert [name for name, _ in ours.named_parameters()] == [kept]
    x, y = (values(7, 3, *tail).requires_grad_() for _ in range(2))
    assert_alike(ours(x), oracle(y), x, y, [getattr(ours, kept)], [getattr(oracle, kept)])
    torch.testing.assert_close(ours.running_var, oracle.running_var)
    torch.testing.assert_close(ours.eval()(x), oracle.eval()(y))
    start = {"weight": 1.0, "bias": 0.0}[kept]
    assert torch.equal(getattr(kind(3), kept), torch.full((3,), start))


@pytest.mark.parametrize("kind", [NoGammaNorm, NoBetaNorm])
@pytest.mark.parametrize("shape", [(1, 3), (1, 3, 1, 1)])
def test_one_value_per_channel_without_gamma_or_beta(kind, shape):
    norm = disturbed(kind(3, EPS))
    beta = torch.zeros(3).double() if norm.bias is None else norm.bias
    assert torch.equal(norm(values(*shape)), beta.view(shape))


def test_one_value_per_channel_of_the_halves():
    x = values(1, 3)
    mean_only, variance_only = disturbed(MeanOnlyNorm(3)), disturbed(VarianceOnlyNorm(3, EPS))
    assert torch.equal(mean_only(x)[0], mean_only.bias)
    expected = variance_only.weight * x / EPS**0.5 + variance_only.bias
    torch.testing.assert_close(variance_only(x), expected)
    assert torch.equal(variance_only.running_var, torch.ones(3, dtype=torch.float64))


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize(("momentum", "affine"), [(0.1, True), (None, True), (0.1, False)])
def test_per_activation_is_torchs_norm_of_flat_maps(momentum, affine, layout):
    shape = (3, 2, 4)
    ours = disturbed(PerActivationNorm(shape, EPS, momentum, affine))
    oracle = nn.BatchNorm1d(24, EPS, momentum, affine).double()
    if affine:
        assert ours.weight.shape == ours.bias.shape == shape
        with torch.no_grad():
            oracle.weight.copy_(ours.weight.flatten())
            oracle.bias.copy_(ours.bias.flatten())
    for seed in range(3):
        x, y = (values(7, *shape, seed=seed).to(memory_format=layout).requires_grad_() for _ in range(2))
        out, expected = ours(x), oracle(y.flatten(1)).view(y.shape)
        torch.testing.assert_close(out, expected)
        out.pow(3).sum().backward()
        expected.pow(3).sum().backward()
        torch.testing.assert_close(x.grad, y.grad)
    for (name, value), other in zip(ours.state_dict().items(), oracle.state_dict().values(), strict=True):
        torch.testing.assert_close(value.flatten(), other.flatten(), msg=name)
    for ours_p, oracle_p in zip(ours.parameters(), oracle.parameters(), strict=True):
        torch.testing.assert_close(ours_p.grad.flatten(), oracle_p.grad)
    expected = oracle.eval()(y.flatten(1)).view(y.shape)
    torch.testing.assert_close(ours.eval()(x), expected)


def test_per_activation_of_one_picture_gives_beta():
    norm = disturbed(PerActivationNorm((3, 2, 4)))
    x = values(1, 3, 2, 4)
    assert torch.equal(norm(x)[0], norm.bias)
    torch.testing.assert_close(norm.running_mean, 0.1 * x[0])
    assert torch.equal(norm.running_var, torch.ones(3, 2, 4, dtype=torch.float64))


def test_per_activation_takes_its_own_maps_only():
    with pytest.raises(InputError, match=r"feature maps \(C, H, W\), got shape \(3,\)"):
        PerActivationNorm((3,))
    with pytest.raises(InputError, match=r"\(3, 2, 4\), got \(3, 4, 2\)"):
        PerActivationNorm((3, 2, 4))(torch.zeros(2, 3, 4, 2))
