"""Group, layer and instance normalization against torch.nn."""

import pytest
import torch
from torch import nn

from bnviz.config import InputError
from bnviz.norms import GroupNorm, InstanceNorm, LayerNorm, nearest_groups

GAMMA = torch.linspace(0.5, 2, 6, dtype=torch.float64)
BETA = torch.linspace(-1, 1, 6, dtype=torch.float64)


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) * 3 + 2


def with_affine(norm):
    norm = norm.double()
    with torch.no_grad():
        norm.weight.copy_(GAMMA.view(norm.weight.shape[0], *[1] * (norm.weight.dim() - 1)))
        norm.bias.copy_(BETA.view(norm.bias.shape[0], *[1] * (norm.bias.dim() - 1)))
    return norm


def assert_alike(ours, oracle, x):
    ours_x, oracle_x = x.clone().requires_grad_(), x.clone().requires_grad_()
    for training in (True, False):
        y, expected = ours.train(training)(ours_x), oracle.train(training)(oracle_x)
        torch.testing.assert_close(y, expected)
        y.pow(3).sum().backward()
        expected.pow(3).sum().backward()
    torch.testing.assert_close(ours_x.grad, oracle_x.grad)
    torch.testing.assert_close(ours.weight.grad, oracle.weight.grad)
    torch.testing.assert_close(ours.bias.grad, oracle.bias.grad)


@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 4, 3), (1, 6, 4, 3)])
@pytest.mark.parametrize("groups", [1, 2, 3])
def test_group_norm_is_torchs(groups, shape):
    ours, oracle = GroupNorm(groups, 6, eps=1e-3), nn.GroupNorm(groups, 6, eps=1e-3)
    assert_alike(with_affine(ours), with_affine(oracle), values(*shape))


def test_layer_norm_of_units_is_torchs():
    assert_alike(with_affine(LayerNorm(6, eps=1e-3)), with_affine(nn.LayerNorm(6, eps=1e-3)), values(5, 6))


def test_layer_norm_of_maps_has_torchs_statistics_and_one_gamma_per_channel():
    x = values(5, 6, 4, 3)
    x_hat = nn.functional.layer_norm(x, (6, 4, 3), eps=1e-3)
    expected = x_hat * GAMMA[:, None, None] + BETA[:, None, None]
    ours = with_affine(LayerNorm(6, eps=1e-3))
    assert ours.weight.shape == (6,)
    torch.testing.assert_close(ours(x).detach(), expected)


def test_instance_norm_is_torchs():
    oracle = nn.InstanceNorm2d(6, eps=1e-3, affine=True)
    assert_alike(with_affine(InstanceNorm(6, eps=1e-3)), with_affine(oracle), values(5, 6, 4, 3))


def test_the_other_samples_of_a_batch_do_not_matter():
    x = values(5, 6, 4, 3)
    for norm in (LayerNorm(6), GroupNorm(3, 6), InstanceNorm(6)):
        norm = norm.double()
        torch.testing.assert_close(norm(x)[:2], norm(x[:2]))
        assert norm.running_mean is None
        assert norm.running_var is None


@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 1, 1)])
def test_instance_norm_refuses_single_locations(shape):
    with pytest.raises(InputError, match="at least 2 locations"):
        InstanceNorm(6).double()(values(*shape))


def test_groups_that_do_not_divide_are_refused():
    with pytest.raises(InputError, match="divide the 6 channels, got 4"):
        GroupNorm(4, 6)


def test_a_group_of_one_value_gives_beta():
    norm = with_affine(GroupNorm(6, 6))
    torch.testing.assert_close(norm(values(3, 6)).detach(), BETA.expand(3, 6))


@pytest.mark.parametrize(
    ("groups", "channels", "locations", "expected"),
    [
        (8, 100, 1, 10),
        (8, 64, 1, 8),
        (8, 20, 1, 10),
        (8, 12, 4, 6),
        (3, 8, 4, 2),
        (64, 6, 4, 6),
        (64, 6, 1, 3),
        (8, 8, 1, 4),
        (8, 7, 1, 1),
        (8, 7, 9, 7),
        (8, 1, 1, 1),
    ],
)
def test_the_nearest_number_of_groups(groups, channels, locations, expected):
    assert nearest_groups(groups, channels, locations) == expected
