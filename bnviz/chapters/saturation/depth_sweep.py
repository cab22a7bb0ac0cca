"""Gradients through untrained nets of 2 to 50 layers (E16), for all variants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from bnviz.chapters.saturation.depth import gradient_norms
from bnviz.chapters.saturation.results import VARIANTS, DepthResult
from bnviz.config import InputError, RunConfig
from bnviz.data import load_dataset
from bnviz.nets.initialize import initial_weight
from bnviz.telemetry.saturation import CURVES

DEPTHS = (2, 5, 10, 15, 20, 25, 30, 40, 50)
"""Numbers of hidden layers."""

DEPTH_SCALES = (0.5, 1, 2, 4, 8)
"""Factors on the start weights to choose from."""

WIDTH = 128
BATCH = 128


def depth_sweep(curve: str, depths: Sequence[int] = DEPTHS, seed: int = 0, scale: float = 1.0) -> DepthResult:
    """Measure how much larger the gradient is at the first layer than at the last, over depth.

    128 units per layer, a linear head with cross-entropy, one batch of 128 digits. Start weights: Xavier for
    sigmoid and tanh, Kaiming for ReLU, times ``scale``; equal in all variants.

    Args:
        curve: "sigmoid", "tanh" or "relu".
        depths: numbers of hidden layers, increasing, each at least 2.
        seed: of the weights.
        scale: factor on the weights of all hidden layers, but not of the head. Xavier weights are made for a slope of
            1 at 0, and a sigmoid has 1/4 there: 4 makes up for it.

    Raises:
        InputError: an unknown nonlinearity, or depths that are not increasing from 2.
    """
    if curve not in CURVES:
        raise InputError(f"the nonlinearity must be one of {', '.join(CURVES)}, got {curve!r:.40}")
    if not depths or depths[0] < 2 or sorted(set(depths)) != list(depths):
        raise InputError(f"depths must increase and start at 2 or more, got {list(depths)!r:.80}")
    dataset = load_dataset("mnist")
    x, y = dataset.x_train[:BATCH].flatten(1).double(), dataset.y_train[:BATCH]
    weights, head = _start_weights(curve, depths[-1], x.shape[1], dataset.n_classes, seed, scale)
    ratio = np.empty((len(VARIANTS), len(depths)))
    profile = np.empty((len(VARIANTS), depths[-1]))
    for row, (normalized, skip) in enumerate(VARIANTS):
        for column, depth in enumerate(depths):
            norms = gradient_norms(x, y, weights[:depth], head, curve, normalized, skip)
            ratio[row, column] = norms[0] / norms[-1]
        profile[row] = norms / norms[-1]
    return DepthResult(curve, tuple(depths), ratio, ratio[:, -1] ** (1 / (depths[-1] - 1)), profile)


def _start_weights(
    curve: str, depth: int, n_in: int, n_classes: int, seed: int, scale: float
) -> tuple[list[Tensor], Tensor]:
    config = RunConfig(activation=curve, init="kaiming" if curve == "relu" else "xavier")
    sizes = [n_in, *[WIDTH] * (depth - 1)]
    first = 1000 * (seed + 1)
    weights = [initial_weight(config, n, WIDTH, first + k, scale).double() for k, n in enumerate(sizes)]
    return weights, initial_weight(config, WIDTH, n_classes, first + 999, 1.0).double()
