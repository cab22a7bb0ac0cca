"""The mean slope of tanh, against Gauss-Hermite quadrature; the published table against the facts."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.relatives.published import ERRORS, SIZES
from bnviz.chapters.relatives.recurrent import mean_slope, slope_curve


@pytest.mark.parametrize("sd", [0.0, 0.1, 0.5, 1.0, 2.0])
def test_the_mean_slope_is_the_integral(sd: float) -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(150)
    expected = (weights / np.cosh(sd * nodes) ** 2).sum() / np.sqrt(2 * np.pi)
    assert mean_slope(sd) == pytest.approx(expected, abs=1e-6)


def test_the_curve_falls_from_one_and_passes_its_marks() -> None:
    curve = slope_curve(31, 3.0)
    assert curve.slopes[0] == pytest.approx(1)
    assert (np.diff(curve.slopes) < 0).all()
    assert curve.marked == pytest.approx((0.990, 0.826, 0.606, 0.365), abs=1e-3)
    assert curve.slopes[10] == pytest.approx(curve.marked[2])


def test_bn_loses_and_group_norm_does_not_in_the_published_table() -> None:
    batch, group = ERRORS["batch"], ERRORS["group"]
    assert len(batch) == len(group) == len(SIZES)
    assert batch[-1] - batch[0] == pytest.approx(11.1)
    assert group[-1] - group[0] == pytest.approx(0)
