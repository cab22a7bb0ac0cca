"""What the chapter on saturation measures of whole nets: layer by layer, over scales and over steps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.config import Experiment
from bnviz.telemetry.normal import Share

VARIANTS: tuple[tuple[bool, bool], ...] = tuple(product((False, True), (False, True)))
"""(with BN, with skip) in the order of the results: neither, skip, BN, both."""


@dataclass(frozen=True, slots=True, eq=False)
class StartSweep:
    """All layers before the first update, per scale of the start weights; A arms, S scales, L layers.

    Attributes:
        experiment: what was measured, at scale 1.
        scales: (S,), the factors.
        saturated: (A, S, L), share of outputs in the saturated region, 0..1; NaN for ReLU.
        derivative: (A, S, L), mean derivative.
        dead: (A, S, L), share of units that are 0 on the whole batch, 0..1; NaN but for ReLU.
    """

    experiment: Experiment
    scales: tuple[float, ...]
    saturated: Floats
    derivative: Floats
    dead: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LayerRun:
    """All layers over one training; A arms, T moments, L layers.

    Attributes:
        experiment: what was trained.
        steps: (T,), updates made before each moment; 0 first.
        saturated: (A, T, L), as in ``StartSweep``.
        derivative: (A, T, L).
        dead: (A, T, L).
        gamma: (T, L, 3), 5th, 50th and 95th percentile over the units of the arm with BN.
        accuracy: (A,), on the test images at the end, 0..1; NaN for an arm that diverged.
    """

    experiment: Experiment
    steps: npt.NDArray[np.int64]
    saturated: Floats
    derivative: Floats
    dead: Floats
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
        exact: what the nonlinearity makes of the distribution.
        sampled: what it makes of the drawn values.
    """

    mean: float
    std: float
    sample: Floats
    sample_mean: float
    sample_std: float
    exact: Share
    sampled: Share


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Normal inputs of one unit on their way through BN into a nonlinearity.

    Attributes:
        curve: name of the nonlinearity.
        before: its inputs without BN.
        after: its inputs with BN: gamma * x_hat + beta.
        gain: exact mean derivative after over before.
        sampled_gain: the same on the drawn values.
    """

    curve: str
    before: Stage
    after: Stage
    gain: float
    sampled_gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Response:
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
        factor: (V,), the same per layer in the deepest net: ratio^(1 / (depth - 1)).
        profile: (V, deepest), |dL/dh_l| / |dL/dh_deepest| for l = 1 .. deepest, in the deepest net.
    """

    curve: str
    depths: tuple[int, ...]
    ratio: Floats
    factor: Floats
    profile: Floats
