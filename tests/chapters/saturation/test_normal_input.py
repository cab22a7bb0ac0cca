"""Shares and mean derivatives of normal inputs, against quadrature, large samples and known numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bnviz.chapters.saturation.normal_input import (
    EPS,
    activation_curve,
    batch_norm_effect,
    normalized_moments,
    sample_stats,
)
from bnviz.config import InputError
from bnviz.telemetry.normal import normal_density
from bnviz.telemetry.saturation import CURVES, normal_input_stats


def by_gauss_hermite(curve: str, mean: float, std: float) -> float:
    """E[f'(mean + std z)] by another rule: 200 Gauss-Hermite nodes."""
    z, weight = np.polynomial.hermite_e.hermegauss(200)
    x = mean + std * z
    value = 1 / (1 + np.exp(-x)) if curve == "sigmoid" else np.tanh(x)
    slope = value * (1 - value) if curve == "sigmoid" else 1 - value**2
    return float((weight * slope).sum() / weight.sum())


def test_the_numbers_of_the_notes() -> None:
    """E[sigmoid'] is .0040 for N(-6, 1), .2066 for N(0, 1): 52 times."""
    far, near = normal_input_stats("sigmoid", -6, 1), normal_input_stats("sigmoid", 0, 1)
    assert round(far.derivative, 4) == 0.0040
    assert round(near.derivative, 4) == 0.2066
    assert round(near.derivative / far.derivative) == 52
    assert near.saturated_fraction == pytest.approx(0.0032, abs=5e-5)
    assert normal_input_stats("tanh", 0, 1).saturated_fraction == pytest.approx(0.0364, abs=5e-5)
    assert normal_input_stats("tanh", 0, 2).saturated_fraction == pytest.approx(0.295, abs=1e-3)
    slopes = [round(normal_input_stats("tanh", 0, std).derivative, 3) for std in (0.1, 0.5, 1, 2)]
    assert slopes == [0.990, 0.826, 0.606, 0.365]


@pytest.mark.parametrize("curve", ["sigmoid", "tanh"])
@pytest.mark.parametrize(("mean", "std"), [(-6, 1), (0, 1), (2.5, 0.3), (-10, 0.5)])
def test_the_integral_agrees_with_another_rule(curve: str, mean: float, std: float) -> None:
    assert normal_input_stats(curve, mean, std).derivative == pytest.approx(
        by_gauss_hermite(curve, mean, std), rel=1e-8
    )


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize(("mean", "std"), [(-1.5, 1), (0, 1), (3, 5), (0.5, 2)])
def test_exact_shares_are_those_of_a_large_sample(curve: str, mean: float, std: float) -> None:
    x = mean + std * torch.randn(400_000, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    exact, drawn = normal_input_stats(curve, mean, std), sample_stats(curve, x)
    for name in ("saturated_fraction", "zero_fraction", "derivative"):
        assert getattr(drawn, name) == pytest.approx(getattr(exact, name), abs=4e-3, nan_ok=True)


def test_relu_has_closed_forms() -> None:
    share = normal_input_stats("relu", 0.7, 2.0)
    assert share.derivative == pytest.approx(0.5 * (1 + math.erf(0.35 / math.sqrt(2))))
    assert share.zero_fraction == pytest.approx(1 - share.derivative)
    assert math.isnan(share.saturated_fraction)


def test_inputs_that_are_all_equal() -> None:
    assert normal_input_stats("sigmoid", -6, 0).saturated_fraction == 1
    assert normal_input_stats("sigmoid", 0, 0).derivative == pytest.approx(0.25)
    assert normal_input_stats("relu", 1, 0).derivative == 1
    assert normalized_moments(0.0, 1.0, 0.5) == (0.5, 0.0)


def test_bn_is_torchs_and_its_moments_follow() -> None:
    result = batch_norm_effect("sigmoid", -6.0, 2.0, 1.5, -0.5, n_samples=5000, seed=3)
    bn = torch.nn.BatchNorm1d(1, eps=EPS).double()
    torch.nn.init.constant_(bn.weight, 1.5)
    torch.nn.init.constant_(bn.bias, -0.5)
    expected = bn(torch.from_numpy(result.before.sample)[:, None])[:, 0].detach().numpy()
    np.testing.assert_allclose(result.after.sample, expected, atol=1e-12)
    assert result.after.mean == -0.5
    assert result.after.std == pytest.approx(1.5 * 2 / math.sqrt(4 + EPS))
    assert result.after.sample_mean == pytest.approx(-0.5)
    assert result.gain == result.after.exact.derivative / result.before.exact.derivative


def test_gamma_std_and_beta_mean_undo_bn() -> None:
    result = batch_norm_effect("sigmoid", -6.0, 2.0, 2.0, -6.0)
    assert result.gain == pytest.approx(1, abs=1e-4)


def test_response_and_density() -> None:
    curve = activation_curve("tanh")
    np.testing.assert_allclose(curve.slope, np.gradient(curve.value, curve.x), atol=2e-3)
    assert curve.region == pytest.approx((-2.092, 2.092), abs=1e-3)
    assert activation_curve("relu").region is None
    x = np.linspace(-30, 30, 6001)
    assert np.trapezoid(normal_density(x, 2.0, 3.0), x) == pytest.approx(1)


@pytest.mark.parametrize("wrong", [("gelu", 0, 1), ("tanh", 0, -1), ("tanh", 0, math.nan)])
def test_wrong_input_is_told(wrong: tuple[str, float, float]) -> None:
    with pytest.raises(InputError):
        normal_input_stats(*wrong)
    with pytest.raises(InputError):
        batch_norm_effect("tanh", 0, 1, 1, 0, n_samples=1)
