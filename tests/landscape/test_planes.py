"""Directions and the plane of a path, against numpy."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.landscape import current_weights, filter_normalized, random_plane
from bnviz.landscape.plane import Plane, path_plane, products


def weights(seed=0, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    return {
        "a.weight": scale * torch.randn(6, 5, generator=generator),
        "b.weight": scale * torch.randn(3, 6, generator=generator),
    }


def flat(move):
    return np.concatenate([value.numpy().ravel() for value in move.values()]).astype(float)


def test_every_filter_of_a_direction_has_its_weights_norm():
    weight = torch.randn(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    weight[2] = 0
    direction = filter_normalized(torch.ones(4, 3, 2, 2), weight)
    norms = weight.flatten(1).norm(dim=1)
    torch.testing.assert_close(direction.flatten(1).norm(dim=1), norms)
    torch.testing.assert_close(direction[0], torch.full((3, 2, 2), float(norms[0]) / math.sqrt(12)))
    assert torch.equal(filter_normalized(torch.zeros(2, 3), torch.ones(2, 3)), torch.zeros(2, 3))


def test_twins_get_the_same_draws_scaled_by_their_own_filters():
    small, large = weights(), {name: 7 * value for name, value in weights().items()}
    for ours, theirs in zip(random_plane(small, 3), random_plane(large, 3), strict=True):
        for name, value in ours.items():
            torch.testing.assert_close(7 * value, theirs[name])
    first, second = random_plane(small, 3)
    assert not torch.equal(first["a.weight"], second["a.weight"])
    assert not torch.equal(first["a.weight"], random_plane(small, 4)[0]["a.weight"])


def test_only_weights_with_two_axes_move_and_they_are_copies():
    net = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6))
    now = current_weights(net)
    assert list(now) == ["0.weight"]
    with torch.no_grad():
        net[0].weight.zero_()
    assert now["0.weight"].abs().sum() > 0


def test_kernels_move_and_a_gamma_of_several_axes_does_not():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.LayerNorm((2, 4, 4)), nn.Flatten(), nn.Linear(32, 3))
    assert list(current_weights(net)) == ["0.weight", "4.weight"]


def test_path_plane_is_numpys_svd():
    moves = [weights(seed, scale=1 + seed) for seed in range(7)]
    matrix = np.stack([flat(move) for move in moves])
    left, values, _ = np.linalg.svd(matrix, full_matrices=False)
    plane = path_plane(moves, seed=0)
    coordinates, captured = plane.coordinates(moves)
    expected = left[:, :2] * values[:2]
    expected *= np.where(expected.sum(0) >= 0, 1, -1)
    np.testing.assert_allclose(coordinates, expected, rtol=1e-4, atol=1e-4)
    assert captured == pytest.approx((values[:2] ** 2).sum() / (values**2).sum(), rel=1e-5)
    np.testing.assert_allclose(products([plane.first, plane.second], [plane.first]), [[1], [0]], atol=1e-6)


def test_a_flat_path_is_captured_whole():
    one, two = weights(1), weights(2)
    moves = [{n: s * one[n] + t * two[n] for n in one} for s, t in ((0, 0), (1, 0), (1, 2), (-3, 1))]
    coordinates, captured = path_plane(moves, seed=0).coordinates(moves)
    assert captured == pytest.approx(1.0)
    for row, move in zip(coordinates, moves, strict=True):
        assert np.linalg.norm(row) == pytest.approx(np.linalg.norm(flat(move)), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("factors", [(0.0,), (0.0, 0.0), (0.0, 1.0, 2.0)])
def test_missing_components_are_random_and_orthonormal(factors):
    moves = [{n: f * v for n, v in weights().items()} for f in factors]
    plane = path_plane(moves, seed=0)
    basis = [plane.first, plane.second]
    np.testing.assert_allclose(products(basis, basis), np.eye(2), atol=1e-5)
    coordinates, captured = plane.coordinates(moves)
    assert coordinates[:, 1] == pytest.approx(0, abs=1e-4)
    assert math.isnan(captured) if max(factors) == 0 else captured == pytest.approx(1)


def test_coordinates_are_least_squares_on_skewed_axes():
    first, second = weights(1), {n: 3 * v + 0.1 * weights(2)[n] for n, v in weights(1).items()}
    move = weights(5)
    coordinates, captured = Plane(first, second).coordinates([move])
    matrix = np.stack([flat(first), flat(second)], 1)
    expected, *_ = np.linalg.lstsq(matrix, flat(move), rcond=None)
    np.testing.assert_allclose(coordinates[0], expected, rtol=1e-3)
    kept = np.sum((matrix @ expected) ** 2) / np.sum(flat(move) ** 2)
    assert captured == pytest.approx(kept, rel=1e-3)


def test_a_path_whose_squares_are_beyond_float32_still_has_a_plane():
    """As that of an arm that diverges; an error of the eigenvalues ended the thread that computes surfaces."""
    small = [{"weight": torch.randn(3, 4, generator=torch.Generator().manual_seed(seed))} for seed in range(3)]
    huge = [{"weight": 1e20 * move["weight"]} for move in small]
    np.testing.assert_allclose(products(huge, huge), 1e40 * products(small, small), rtol=1e-5)
    plane = path_plane(huge, seed=0)
    expected = path_plane(small, seed=0)
    torch.testing.assert_close(plane.first, expected.first, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(plane.second, expected.second, rtol=1e-4, atol=1e-5)
