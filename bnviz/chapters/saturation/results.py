"""What the chapter on saturation measures of whole nets: layer by layer, over scales and over steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.chapters.saturation.normal_input import Floats
from bnviz.config import Experiment


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
