"""Nonlinearities, by ``bnviz.telemetry.saturation`` and torch's transformed distributions."""

from __future__ import annotations

import math

import numpy as np
import oracle_gaussian
from golden_case import Case, tensor
from torch import distributions

from bnviz.telemetry.saturation import SATURATED, activation, derivative, normal_input_stats

NAMES = ("sigmoid", "tanh", "relu")
INPUTS = (-40.0, -3.0, -0.2, 0.0, 1e-3, 0.7, 5.0, 800.0)
MOMENTS = ((0.0, 1.0), (2.5, 0.4), (-7.0, 1.5), (0.3, 12.0), (1.0, 0.0))


def cases() -> list[Case]:
    """Return values, derivatives, densities, and what a normal input makes of them."""
    return [
        *(Case(name, [x], activation(name, tensor(x))) for name in NAMES for x in INPUTS),
        *(Case(f"{name}Derivative", [x], derivative(name, tensor(x))) for name in NAMES for x in INPUTS),
        *(
            Case("meanDerivative", [name, mean, std], normal_input_stats(name, mean, std).derivative)
            for name in NAMES
            for mean, std in MOMENTS
        ),
        *(
            Case("saturatedShare", [*SATURATED[name].region, mean, std], _share(name, mean, std))
            for name in SATURATED
            for mean, std in MOMENTS
        ),
        *(Case("saturatedRegion", [name], list(SATURATED[name].region)) for name in SATURATED),
        *(_density(name, mean, std) for name in SATURATED for mean, std in MOMENTS if std > 0),
        *(Case("erf", [x], math.erf(x)) for x in (-0.5, 3.0)),
        *oracle_gaussian.mean_cases()[:2],
    ]


def _share(name: str, mean: float, std: float) -> float:
    return normal_input_stats(name, mean, std).saturated_fraction


def _density(name: str, mean: float, std: float) -> Case:
    low = 0 if name == "sigmoid" else -1
    y = np.linspace(low, 1, 15)[1:-1]
    transform = distributions.SigmoidTransform() if name == "sigmoid" else distributions.TanhTransform()
    density = distributions.TransformedDistribution(distributions.Normal(tensor(mean), tensor(std)), transform)
    inside = density.log_prob(tensor(y)).exp().tolist()
    return Case("outputDensity", [name, mean, std, [low, *y, 1, 1.5]], [0, *inside, 0, 0])
