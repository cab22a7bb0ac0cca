"""Directional derivatives against autograd and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bnviz.chapters.gradients.directional import SURFACES, directional_derivative, gradient, height, surface_grid
from bnviz.config import InputError


def in_torch(surface: str, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if surface == "bowl":
        return (x * x + 3 * y * y) / 4
    if surface == "saddle":
        return (x * x - y * y) / 3
    return torch.sin(1.5 * x) * torch.cos(y) + (x * x + y * y) / 10


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("point", [(0.5, 0.5), (-1.3, 0.7), (2.0, -2.0)])
def test_gradients_are_autograds(surface: str, point: tuple[float, float]) -> None:
    x, y = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in point)
    value = in_torch(surface, x, y)
    value.backward()
    assert float(height(surface, *point)) == pytest.approx(value.item())
    assert gradient(surface, *point) == pytest.approx((x.grad.item(), y.grad.item()))


@pytest.mark.parametrize("surface", SURFACES)
def test_the_largest_slope_is_the_gradients_length_in_its_direction(surface: str) -> None:
    found = directional_derivative(surface, 0.5, -1.1, 30.0)
    assert found.slopes.max() == pytest.approx(found.norm, rel=2e-4)
    assert found.thetas[found.slopes.argmax()] == pytest.approx(found.steepest, abs=0.51)
    assert directional_derivative(surface, 0.5, -1.1, found.steepest).slope == pytest.approx(found.norm)
    assert directional_derivative(surface, 0.5, -1.1, found.steepest + 180).slope == pytest.approx(-found.norm)
    assert directional_derivative(surface, 0.5, -1.1, found.steepest + 90).slope == pytest.approx(0, abs=1e-12)


def test_the_remainder_shrinks_faster_than_the_step() -> None:
    found = directional_derivative("waves", 0.5, 0.5, 60.0)
    assert (np.diff(found.remainders) < 0).all()
    assert found.remainders[-1] < 1e-3 * found.remainders[0]
    # About h / 2 times the curvature along u; of the bowl exactly.
    u = np.array([math.cos(math.radians(60)), math.sin(math.radians(60))])
    curvature = u @ np.diag([0.5, 1.5]) @ u
    np.testing.assert_allclose(
        directional_derivative("bowl", 0.5, 0.5, 60.0).remainders, found.steps * curvature / 2, rtol=1e-6
    )


def test_where_the_surface_is_level_no_direction_is_steepest() -> None:
    found = directional_derivative("bowl", 0.0, 0.0, 10.0)
    assert (found.norm, found.slope) == (0, 0)
    assert math.isnan(found.steepest)
    drawn = surface_grid("bowl")
    assert drawn.z[0, 30] == pytest.approx(float(height("bowl", drawn.xs[30], drawn.ys[0])))


def test_an_unknown_surface_is_refused() -> None:
    for call in (lambda: directional_derivative("cone", 0, 0, 0), lambda: height("cone", 0, 0)):
        with pytest.raises(InputError):
            call()
