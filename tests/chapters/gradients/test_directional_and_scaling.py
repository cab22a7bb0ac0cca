"""Directional derivatives and descent on scaled features, against autograd and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bnviz.chapters.gradients.directional import SURFACES, dial, gradient, height, heights
from bnviz.chapters.gradients.results import excess
from bnviz.chapters.gradients.scaling import CLOSE, FORMS, descend, transformed, two_features
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
    found = dial(surface, 0.5, -1.1, 30.0)
    assert found.slopes.max() == pytest.approx(found.norm, rel=2e-4)
    assert found.thetas[found.slopes.argmax()] == pytest.approx(found.steepest, abs=0.51)
    assert dial(surface, 0.5, -1.1, found.steepest).slope == pytest.approx(found.norm)
    assert dial(surface, 0.5, -1.1, found.steepest + 180).slope == pytest.approx(-found.norm)
    assert dial(surface, 0.5, -1.1, found.steepest + 90).slope == pytest.approx(0, abs=1e-12)


def test_the_remainder_shrinks_faster_than_the_step() -> None:
    found = dial("waves", 0.5, 0.5, 60.0)
    assert (np.diff(found.remainders) < 0).all()
    assert found.remainders[-1] < 1e-3 * found.remainders[0]
    # About h / 2 times the curvature along u; of the bowl exactly.
    u = np.array([math.cos(math.radians(60)), math.sin(math.radians(60))])
    curvature = u @ np.diag([0.5, 1.5]) @ u
    np.testing.assert_allclose(dial("bowl", 0.5, 0.5, 60.0).remainders, found.steps * curvature / 2, rtol=1e-6)


def test_where_the_surface_is_level_no_direction_is_steepest() -> None:
    found = dial("bowl", 0.0, 0.0, 10.0)
    assert (found.norm, found.slope) == (0, 0)
    assert math.isnan(found.steepest)
    drawn = heights("bowl")
    assert drawn.z[0, 30] == pytest.approx(float(height("bowl", drawn.xs[30], drawn.ys[0])))


@pytest.mark.parametrize(("ratio", "rho"), [(1, 0.0), (10, 0.0), (10, 0.9), (100, 0.5)])
def test_the_features_are_what_they_are_said_to_be(ratio: float, rho: float) -> None:
    x, _ = two_features(ratio, rho)
    np.testing.assert_allclose(x.std(0), [1, ratio])
    assert np.corrcoef(x.T)[0, 1] == pytest.approx(rho, abs=1e-12)
    bn = torch.nn.BatchNorm1d(2, eps=1e-14).double()
    np.testing.assert_allclose(transformed(x, "standardized"), bn(torch.from_numpy(x)).detach().numpy(), atol=1e-10)
    white = transformed(x, "whitened")
    np.testing.assert_allclose(white.T @ white / len(white), np.eye(2), atol=1e-9)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_condition_numbers_have_closed_forms(rho: float) -> None:
    raw, standardized, whitened = (descend(10, rho, 0.9, form) for form in FORMS)
    values = np.linalg.eigvalsh([[1, 10 * rho], [10 * rho, 100]])
    assert raw.condition == pytest.approx(values[1] / values[0])
    assert standardized.condition == pytest.approx((1 + rho) / (1 - rho))
    assert whitened.condition == pytest.approx(1)
    assert standardized.max_lr == pytest.approx(2 / (1 + rho))


def test_the_chapters_words_hold() -> None:
    raw, standardized, whitened = (descend(10, 0.9, 0.9, form) for form in FORMS)
    assert (round(raw.condition), round(standardized.condition)) == (535, 19)
    assert raw.steps > standardized.steps > whitened.steps


@pytest.mark.parametrize("form", FORMS)
def test_descent_is_the_power_of_one_matrix(form: str) -> None:
    found = descend(3, 0.6, 0.7, form)
    step = np.eye(2) - found.lr * found.covariance
    expected = np.linalg.matrix_power(step, 5) @ found.path[0]
    np.testing.assert_allclose(found.path[5], expected, atol=1e-9)
    distance = np.linalg.norm(found.path, axis=1) / np.linalg.norm(found.path[0])
    assert found.steps == len(found.path) - 1
    assert distance[-1] <= CLOSE < distance[-2]


@pytest.mark.parametrize("form", FORMS)
def test_above_the_largest_stable_rate_descent_diverges(form: str) -> None:
    assert not descend(10, 0.5, 0.95, form).diverged
    assert descend(10, 0.5, 1.1, form).diverged
    assert descend(10, 0.5, 1.1, form).steps is None


def test_the_drawn_loss_is_the_loss() -> None:
    x, y = two_features(3, 0.5)
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    axis, loss = excess(x.T @ x / len(x), points=5)

    def value(w: np.ndarray) -> float:
        return float(((x @ w - y) ** 2).mean() / 2)

    expected = value(best + np.array([axis[3], axis[1]])) - value(best)
    assert loss[1, 3] == pytest.approx(expected)


def test_wrong_input_is_told() -> None:
    for call in (
        lambda: dial("cone", 0, 0, 0),
        lambda: height("cone", 0, 0),
        lambda: two_features(0.5, 0),
        lambda: two_features(1, 1.0),
        lambda: descend(1, 0, 0, "raw"),
        lambda: transformed(np.eye(2), "cooked"),
    ):
        with pytest.raises(InputError):
            call()
