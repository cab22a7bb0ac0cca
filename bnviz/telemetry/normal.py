"""The normal distribution, and the statistics of a nonlinearity under a distribution of inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True)
class SaturationStats:
    """Saturation and slope of a nonlinearity under a distribution of inputs; NaN where a number does not apply.

    Attributes:
        saturated_fraction: share of inputs in the saturated region, 0..1 (sigmoid and tanh only).
        zero_fraction: share of inputs whose output is exactly 0, 0..1 (ReLU only).
        derivative: mean derivative E[f'(x)].
    """

    saturated_fraction: float
    zero_fraction: float
    derivative: float


def normal_density(x: Floats, mean: float, std: float) -> Floats:
    """Return the density of N(mean, std^2) at x; std > 0."""
    density: Floats = np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * math.sqrt(2 * math.pi))
    return density


def normal_cdf(edge: float, mean: float, std: float) -> float:
    """Return P(x < edge) for x ~ N(mean, std^2), precise in the far tail too."""
    if std == 0:
        return float(mean < edge)
    return 0.5 * math.erfc((mean - edge) / (std * math.sqrt(2)))
