"""Statistics per map against torch.nn.BatchNorm2d, closed forms and the convolution's own symmetry."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.chapters.convolution.feature_maps import ValueCounts, counts, mean_spread
from bnviz.chapters.convolution.results import KINDS, ShiftComparison
from bnviz.chapters.convolution.shifted_digit import compare_shifts, normalize, shift_right, statistics
from bnviz.config import InputError


def random_maps(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1)) * 2 + 0.5


def test_counts_are_those_of_the_layers_that_do_it() -> None:
    maps, p, q = 16, 32, 32
    right, wrong = nn.BatchNorm2d(maps), nn.BatchNorm1d(maps * p * q)
    for kind, layer in zip(KINDS, (right, wrong), strict=True):
        found = counts(kind, 60, maps, p, q)
        assert found.parameters == sum(each.numel() for each in layer.parameters())
        assert found.means == layer.running_mean.numel()
        assert found.means * found.values == 60 * maps * p * q
    assert counts("map", 60, maps, p, q) == ValueCounts(16, 61440, 32)
    with pytest.raises(InputError, match="per map or activation, got 'layer'"):
        counts("layer", 1, 1, 1, 1)


def test_normalizing_is_torchs() -> None:
    x = random_maps(6, 3, 4, 5)
    expected = {
        "map": F.batch_norm(x, None, None, training=True),
        "activation": F.batch_norm(x.flatten(1), None, None, training=True).reshape(x.shape),
    }
    for kind in KINDS:
        torch.testing.assert_close(normalize(x, *statistics(x, kind)), expected[kind])


def test_independent_values_scatter_as_one_over_the_root() -> None:
    x = random_maps(3000, 8, 3, 3)
    for kind, values in (("map", 9), ("activation", 1)):
        found = mean_spread(x, kind, (2, 16), n_draws=1500)
        np.testing.assert_array_equal(found.values, [2 * values, 16 * values])
        np.testing.assert_allclose(found.measured, found.independent, rtol=0.06)
        np.testing.assert_allclose(found.exact, found.independent, rtol=0.05)
        assert found.dead == 0


def test_values_that_are_all_alike_within_a_sample_are_worth_one() -> None:
    x = random_maps(500, 4, 1, 1).expand(500, 4, 6, 6)
    found = mean_spread(x, "map", (4,), n_draws=3000)
    assert found.values[0] == 4 * 36
    assert found.worth[0] == pytest.approx(4, rel=0.1)
    np.testing.assert_allclose(found.exact, 0.5, rtol=1e-9)


def test_constant_maps_are_left_out_and_counted() -> None:
    x = random_maps(50, 1, 2, 2).clone()
    x[:, :, 0] = 3
    assert mean_spread(x, "activation", (4,)).dead == pytest.approx(0.5)
    assert mean_spread(x, "map", (4,)).dead == 0
    with pytest.raises(InputError, match="constant"):
        mean_spread(torch.ones(5, 1, 2, 2), "map")
    with pytest.raises(InputError, match=r"\(N, C, p, q\).*got \(5, 4\)"):
        mean_spread(torch.ones(5, 4), "map")


@pytest.fixture(scope="module")
def tested() -> ShiftComparison:
    random = torch.Generator().manual_seed(2)
    weight = torch.randn(4, 1, 3, 3, generator=random)
    pictures = torch.zeros(40, 1, 16, 16)
    pictures[..., 3:13, 3:10] = torch.rand(40, 1, 10, 7, generator=random)

    def layer(x: torch.Tensor) -> torch.Tensor:
        return F.conv2d(x, weight, padding=1)

    return compare_shifts(layer, pictures, pictures[:8])


def test_per_map_moving_and_normalizing_can_be_swapped(tested: ShiftComparison) -> None:
    np.testing.assert_allclose(tested.difference[0], 0, atol=1e-6)
    np.testing.assert_array_equal(tested.switched[0], 0)
    np.testing.assert_allclose(tested.bare, 0, atol=1e-6)
    np.testing.assert_allclose(tested.pictures[0, 0, :, 6:-1], tested.pictures[0, 1, :, 6:-1], atol=1e-5)


def test_per_activation_it_cannot(tested: ShiftComparison) -> None:
    assert tested.difference[1, 0] == 0
    assert (tested.difference[1, 1:] > 0.1).all()
    assert (tested.switched[1, 1:] > 0.01).all()


def test_shifting_fills_with_zeros_from_the_left() -> None:
    x = torch.arange(1.0, 5.0).reshape(1, 1, 1, 4)
    assert shift_right(x, 3).flatten().tolist() == [0, 0, 0, 1]
    assert shift_right(x, 0) is x
