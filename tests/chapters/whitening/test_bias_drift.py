"""The bias before a normalization, against its closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.whitening.bias_drift import bias_drift, drift_target
from bnviz.config import InputError


@pytest.mark.parametrize("lr", [0.01, 0.5])
@pytest.mark.parametrize("mean", [-1.0, 0.5])
def test_outside_the_gradient_the_bias_grows_along_a_line_and_the_loss_does_not_change(lr: float, mean: float) -> None:
    run = bias_drift(drift_target(mean), "outside", lr, 100, start=2.0)
    np.testing.assert_allclose(run.bias, 2.0 + lr * mean * np.arange(101), atol=1e-10)
    assert run.difference < 1e-10
    assert run.last == run.bias[-1]
    assert run.loss_change < 1e-10
    # mean (x_hat - t)^2 / 2 of values that do not depend on b
    assert run.loss[0] > 0.1


def test_through_the_gradient_the_bias_stays() -> None:
    run = bias_drift(drift_target(0.5), "through", 0.5, 100, start=2.0)
    np.testing.assert_allclose(run.bias, 2.0, atol=1e-12)
    assert run.loss_change < 1e-12


def test_nothing_is_asked_of_the_bias_when_the_target_has_mean_zero() -> None:
    np.testing.assert_allclose(bias_drift(drift_target(0.0), "outside", 0.5, 50).bias, 0, atol=1e-12)


def test_a_layer_after_it_that_learns_ends_the_growth() -> None:
    run = bias_drift(drift_target(0.8), "outside", 0.1, 400, head_learns=True)
    assert run.difference < 1e-10
    assert run.last == pytest.approx(0.8, abs=1e-6)
    assert run.loss[-1] == pytest.approx(run.loss[0] - 0.8**2 / 2)


def test_targets_have_their_mean_and_spread() -> None:
    target = drift_target(-0.3)
    assert target.mean() == pytest.approx(-0.3)
    assert target.std() == pytest.approx(1.0)


@pytest.mark.parametrize(("gradient", "steps"), [("beside", 5), ("outside", 0), ("outside", 10**6)])
def test_a_drift_that_cannot_be_is_refused(gradient: str, steps: int) -> None:
    with pytest.raises(InputError):
        bias_drift(drift_target(0.5), gradient, 0.1, steps)
