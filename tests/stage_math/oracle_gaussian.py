"""The normal distribution, by ``math``, numpy and ``bnviz.telemetry.normal``."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from golden_case import Case, tensor

from bnviz.telemetry.normal import normal_cdf, normal_density
from bnviz.telemetry.saturation import activation, derivative, normal_input_stats

EDGES = (-7.0, -2.5, -2.4, -0.3, 0.0, 1e-4, 0.9, 2.49, 2.5, 3.7, 6.0)
MOMENTS = ((0.0, 1.0), (3.0, 0.5), (-6.0, 2.0), (1.0, 20.0), (0.5, 100.0), (2.0, 0.0))


def cases() -> list[Case]:
    """Return values in the middle and far out, also where the two formulas of erf meet."""
    return [
        *(Case("erf", [x], math.erf(x)) for x in EDGES),
        *(Case("erfc", [x], math.erfc(x)) for x in EDGES),
        *(Case("logErfc", [x], math.log(math.erfc(x))) for x in (-3.0, 2.0, 2.5, 3.0, 6.0, 20.0)),
        Case("normalDensity", [0.3], normal_density(np.array([0.3]), 0, 1)[0]),
        Case("normalDensity", [-2, 1.5, 0.7], normal_density(np.array([-2.0]), 1.5, 0.7)[0]),
        *(Case("normalShareBelow", [x, 0.4, 1.7], normal_cdf(x, 0.4, 1.7)) for x in EDGES),
        *(Case("normalShareBelow", [x, 0.5, 0], normal_cdf(x, 0.5, 0)) for x in (0.4, 0.5, 0.6)),
        *mean_cases(),
    ]


def mean_cases() -> list[Case]:
    """Return means of the sigmoid, tanh and their derivatives, which the test looks up by name."""
    return [
        *(
            Case("meanOver", [name, mean, std], _mean(lambda x, name=name: activation(name, x), mean, std))
            for name in ("sigmoid", "tanh")
            for mean, std in MOMENTS
        ),
        *(
            Case("meanOver", [f"{name}Derivative", mean, std], _slope(name, mean, std))
            for name in ("sigmoid", "tanh")
            for mean, std in MOMENTS
        ),
    ]


def _mean(f: Callable[[torch.Tensor], torch.Tensor], mean: float, std: float) -> float:
    """Integrate on a grid fifty times as fine as the browser's, over another range."""
    z = np.linspace(-10, 10, 100_001)
    return float(np.trapezoid(f(tensor(mean + std * z)).numpy() * normal_density(z, 0, 1), z))


def _slope(name: str, mean: float, std: float) -> float:
    if std <= 20:
        return normal_input_stats(name, mean, std).derivative
    return _mean(lambda x: derivative(name, x), mean, std)
