"""Figures of the whitening chapter: what is drawn is what was computed."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.whitening.bias_drift import GRADIENTS, bias_drift, drift_target
from bnviz.chapters.whitening.figures import (
    correlations_figure,
    cost_figure,
    covariances_figure,
    detached_figure,
    drift_figure,
)
from bnviz.chapters.whitening.results import DetachedStatsResult, WhiteningCost
from bnviz.chapters.whitening.whiten import compare_methods, correlated_batch
from bnviz.figures.theme import DASHES, LIGHT

RUNS = [bias_drift(drift_target(0.5), gradient, 0.1, 20) for gradient in GRADIENTS]
FOUND = compare_methods(correlated_batch(64, 4, 0.8, 0))
COST = WhiteningCost(
    np.array([8, 16]),
    32,
    {name: np.array([0.001, 0.002]) for name in ("per_feature", "zca", "iter_norm")},
    {name: np.array([1.0, 1.0]) for name in ("per_feature", "zca", "iter_norm")},
    3,
)
ARMS = [
    DetachedStatsResult(name, np.array([0, 10]), np.array([2.3, np.inf]), np.ones(2), np.zeros(2), 10)
    for name in GRADIENTS
]


def test_the_drift_shows_bias_and_loss_of_both() -> None:
    drawn = drift_figure(RUNS)
    bias, loss, still, _ = drawn.data
    np.testing.assert_array_equal(bias.y, RUNS[0].bias)
    np.testing.assert_array_equal(loss.y, RUNS[0].loss)
    np.testing.assert_array_equal(still.y, RUNS[1].bias)
    assert (bias.line.color, bias.line.dash) == (LIGHT[0], DASHES[0])
    assert (still.line.color, still.line.dash) == (LIGHT[1], DASHES[1])


def test_what_is_not_finite_is_left_out() -> None:
    first = detached_figure(ARMS).data[0]
    assert first.y[0] == 2.3
    assert np.isnan(first.y[1])


def test_covariances_after_share_one_scale() -> None:
    before, *after = covariances_figure(FOUND).data
    np.testing.assert_array_equal(before.z, FOUND.covariance)
    assert before.zmax == np.abs(FOUND.covariance).max()
    assert {(panel.zmin, panel.zmax) for panel in after} == {(-1.0, 1.0)}
    np.testing.assert_array_equal(after[1].z, FOUND.results[1].covariance)


def test_correlations_show_both_matrices() -> None:
    before, after = correlations_figure(FOUND).data
    np.testing.assert_array_equal(before.z, FOUND.correlation)
    np.testing.assert_array_equal(after.z, FOUND.correlation_after)


def test_cost_is_logarithmic_and_in_milliseconds() -> None:
    drawn = cost_figure(COST)
    np.testing.assert_allclose(drawn.data[0].y, [1.0, 2.0])
    assert drawn.layout.yaxis.type == drawn.layout.xaxis.type == "log"
    assert drawn.data[0].line.color == LIGHT[1]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("dark", [False, True])
def test_all_are_drawn_in_every_look(lang: str, dark: bool) -> None:
    style = {"lang": lang, "dark": dark}
    figures = (
        drift_figure(RUNS, **style),
        detached_figure(ARMS, **style),
        covariances_figure(FOUND, **style),
        correlations_figure(FOUND, **style),
        cost_figure(COST, **style),
    )
    assert all(figure.to_json() for figure in figures)
