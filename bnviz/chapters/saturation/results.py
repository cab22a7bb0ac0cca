"""Results of the chapter on saturation: of one unit, of all layers of a net, and of nets of many depths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.config import Experiment
from bnviz.telemetry.normal import SaturationStats

VARIANTS: tuple[tuple[bool, bool], ...] = tuple(product((False, True), (False, True)))
"""(with BN, with skip) in the order of the results: neither, skip, BN, both."""

VARIANT_NAMES = ("plain", "skip", "bn", "bn_skip")
"""Names of ``VARIANTS``, in their order."""

LAYER_STATS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"saturated": ("saturated_fraction", 100.0), "derivative": ("derivative", 1.0), "dead": ("dead_fraction", 100.0)}
)
"""Statistics of a layer by their names in the address: attribute of the results, and factor (percent for shares)."""


@dataclass(frozen=True, slots=True, eq=False)
class InitScaleSweep:
    """Every layer before the first update, per scale of the start weights; A arms, S scales, L layers.

    Attributes:
        experiment: what was measured, at scale 1.
        scales: (S,), the factors.
        saturated_fraction: (A, S, L), share of outputs in the saturated region, 0..1; NaN for ReLU.
        derivative: (A, S, L), mean derivative.
        dead_fraction: (A, S, L), share of units that are 0 on the whole batch, 0..1; NaN but for ReLU.
    """

    experiment: Experiment
    scales: tuple[float, ...]
    saturated_fraction: Floats
    derivative: Floats
    dead_fraction: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LayerRun:
    """All layers over one training; A arms, T moments, L layers.

    Attributes:
        experiment: what was trained.
        steps: (T,), updates made before each moment; 0 first.
        saturated_fraction: (A, T, L), as in ``InitScaleSweep``.
        derivative: (A, T, L), mean derivative.
        dead_fraction: (A, T, L), as in ``InitScaleSweep``.
        gamma: (T, L, 3), 5th, 50th and 95th percentile over the units of the arm with BN.
        accuracy: (A,), on the test images at the end, 0..1; NaN for an arm that diverged.
    """

    experiment: Experiment
    steps: npt.NDArray[np.int64]
    saturated_fraction: Floats
    derivative: Floats
    dead_fraction: Floats
    gamma: Floats
    accuracy: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Inputs of the nonlinearity at one place: before or after BN.

    Attributes:
        mean: of the normal distribution that they come from.
        std: its standard deviation.
        sample: (N,), the drawn values there.
        sample_mean: their mean.
        sample_std: their (biased) standard deviation.
        exact: saturation and slope of the nonlinearity under the distribution.
        sampled: saturation and slope for the drawn values.
    """

    mean: float
    std: float
    sample: Floats
    sample_mean: float
    sample_std: float
    exact: SaturationStats
    sampled: SaturationStats


@dataclass(frozen=True, slots=True, eq=False)
class BatchNormEffect:
    """Normal inputs of one unit on their way through BN into a nonlinearity.

    Attributes:
        curve: name of the nonlinearity.
        before: its inputs without BN.
        after: its inputs with BN: gamma * x_hat + beta.
        gain: exact mean derivative after over before.
        sampled_gain: mean derivative after over before, of the drawn values.
    """

    curve: str
    before: Stage
    after: Stage
    gain: float
    sampled_gain: float


@dataclass(frozen=True, slots=True, eq=False)
class ActivationCurve:
    """A nonlinearity on a fixed range: x, f(x), f'(x), each (n,), and its saturated region or None."""

    x: Floats
    value: Floats
    slope: Floats
    region: tuple[float, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class DepthResult:
    """Gradients in untrained nets; V variants in the order of ``VARIANTS``, D depths.

    Attributes:
        curve: the nonlinearity.
        depths: (D,), numbers of hidden layers.
        ratio: (V, D), |dL/dh_1| / |dL/dh_depth|.
        factor: (V,), growth per layer in the deepest net: ratio^(1 / (depth - 1)).
        profile: (V, deepest), |dL/dh_l| / |dL/dh_deepest| for l = 1 .. deepest, in the deepest net.
    """

    curve: str
    depths: tuple[int, ...]
    ratio: Floats
    factor: Floats
    profile: Floats


def scaled_stat(measured: InitScaleSweep | LayerRun, stat: str) -> Floats:
    """Return one of ``LAYER_STATS`` in the unit that it is written in: (A, S, L), or (A, T, L) of a run."""
    name, scale = LAYER_STATS[stat]
    return np.asarray(scale * getattr(measured, name))
