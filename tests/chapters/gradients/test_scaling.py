"""Descent on scaled features, against closed forms and torch's layer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.gradients.results import excess
from bnviz.chapters.gradients.scaling import CLOSE, FORMS, descend, transformed, two_features
from bnviz.config import InputError


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


def test_wrong_features_rates_and_forms_are_refused() -> None:
    for call in (
        lambda: two_features(0.5, 0),
        lambda: two_features(1, 1.0),
        lambda: descend(1, 0, 0, "raw"),
        lambda: transformed(np.eye(2), "cooked"),
    ):
        with pytest.raises(InputError):
            call()
