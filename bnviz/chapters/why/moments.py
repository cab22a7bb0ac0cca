"""Moments and quantiles of a layer's nonlinearity inputs, and their drift from step to step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats

LEVELS = (0.15, 0.5, 0.85)
"""Levels of the quantiles, as in figure 1 (b, c) of Ioffe & Szegedy 2015."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """One layer's nonlinearity inputs on one batch.

    Attributes:
        mean: (D,), mean of every unit.
        std: (D,), standard deviation of every unit (biased, as in BN).
        quantiles: (3,), quantiles of the first unit at ``LEVELS``.
    """

    mean: Floats
    std: Floats
    quantiles: Floats


@dataclass(frozen=True, slots=True)
class MomentDrift:
    """How far a layer's units drifted between two passes of the same batch.

    Attributes:
        mean: root mean square over the units of (mean' - mean) / sqrt((std^2 + std'^2) / 2).
        spread: root mean square over the units of ln(std' / std).
    """

    mean: float
    spread: float


def moments_of(x: npt.ArrayLike) -> Moments:
    """Return the moments of (B, D), or of (B, C, H, W) with locations as samples; NaN if a value is not finite."""
    values = np.asarray(x, np.float64)
    if values.ndim == 4:
        values = values.transpose(0, 2, 3, 1).reshape(-1, values.shape[1])
    if not np.isfinite(values).all():  # the run is diverging
        units = np.full(values.shape[1], np.nan)
        return Moments(units, units, np.full(len(LEVELS), np.nan))
    return Moments(values.mean(0), values.std(0), np.quantile(values[:, 0], LEVELS))


def drift(first: Moments, second: Moments) -> MomentDrift:
    """Return how far the units drifted from the first pass to the second, in pooled standard deviations.

    A unit that is constant in either pass has no standard deviation and is left out; without any other unit
    the result is NaN.
    """
    alive = (first.std > 0) & (second.std > 0)
    if not alive.any():
        return MomentDrift(float("nan"), float("nan"))
    pooled = np.sqrt((first.std[alive] ** 2 + second.std[alive] ** 2) / 2)
    shift = (second.mean[alive] - first.mean[alive]) / pooled
    scale = np.log(second.std[alive] / first.std[alive])
    return MomentDrift(float(np.sqrt(np.mean(shift**2))), float(np.sqrt(np.mean(scale**2))))
