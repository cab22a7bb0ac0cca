"""Moments and their drift against numpy and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.why.moments import LEVELS, Moments, drift, moments_of


def test_moments_are_those_of_numpy() -> None:
    x = np.random.default_rng(0).normal(size=(50, 3))
    found = moments_of(x)
    np.testing.assert_allclose(found.mean, x.mean(0))
    np.testing.assert_allclose(found.std, x.std(0))
    np.testing.assert_allclose(found.quantiles, np.quantile(x[:, 0], LEVELS))


def test_every_location_of_a_feature_map_is_a_sample() -> None:
    maps = np.random.default_rng(1).normal(size=(4, 2, 3, 5))
    found = moments_of(maps)
    np.testing.assert_allclose(found.mean, maps.mean((0, 2, 3)))
    np.testing.assert_allclose(found.std, maps.std((0, 2, 3)))
    np.testing.assert_allclose(found.quantiles, np.quantile(maps[:, 0], LEVELS))


def test_an_affine_change_drifts_by_what_it_is() -> None:
    """x -> a x + b moves a unit of mean 0 and spread s by b / (s sqrt((1 + a^2) / 2)) and its spread by ln a."""
    x = np.random.default_rng(2).normal(size=(400, 2))
    x = (x - x.mean(0)) / x.std(0) * [2.0, 0.5]
    found = drift(moments_of(x), moments_of(3 * x + [1.0, -1.0]))
    assert found.mean == pytest.approx(np.sqrt((0.5**2 + 2.0**2) / 2 / 5))
    assert found.spread == pytest.approx(np.log(3))


def test_units_without_spread_are_left_out() -> None:
    still = Moments(np.array([1.0, 0.0]), np.array([0.0, 2.0]), np.zeros(3))
    moved = Moments(np.array([5.0, 1.0]), np.array([1.0, 2.0]), np.zeros(3))
    found = drift(still, moved)
    assert (found.mean, found.spread) == (0.5, 0.0)
    dead = Moments(np.zeros(1), np.zeros(1), np.zeros(3))
    assert np.isnan(drift(dead, dead).mean)
    infinite = moments_of([[np.inf, 1.0], [2.0, 3.0]])
    assert np.isnan(drift(infinite, infinite).spread)
