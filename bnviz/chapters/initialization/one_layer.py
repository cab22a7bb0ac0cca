"""One layer with BN on real digits, to measure its scale invariance."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.chapters.initialization.invariance import check_scale, epsilon_curve
from bnviz.chapters.initialization.results import EpsilonCurve, ScaleCheck
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.nets import build_net, head, hidden_layers

BATCH = 60
LAYER = RunConfig(depth=1, width=100, activation="tanh", init="xavier")
"""The net whose only hidden layer is measured: 784-100-10, tanh, Xavier."""


def digits_at_scale(scale: float, eps: float, seed: int = 0) -> ScaleCheck:
    """Measure what the factor ``scale`` does to the hidden layer of an untrained net on 60 digits, in float64."""
    return check_scale(*_layer(seed), scale, eps)


def digits_over_scales(eps: float, seed: int = 0, points: int = 57) -> EpsilonCurve:
    """Measure the same layer from a = 1e-4 to 1e3."""
    return epsilon_curve(*_layer(seed), np.logspace(-4, 3, points).tolist(), eps)


@lru_cache(maxsize=4)
def _layer(seed: int) -> tuple[Tensor, Tensor, Callable[[Tensor], Tensor]]:
    data = load_dataset(LAYER.dataset)
    net = build_net(LAYER, data.input_size, data.n_classes, torch.Generator().manual_seed(seed))
    readout = head(net).weight.detach().double()
    labels = data.y_train[:BATCH]

    def loss(output: Tensor) -> Tensor:
        return F.cross_entropy(torch.tanh(output) @ readout.T, labels)

    u = data.x_train[:BATCH].flatten(1).double()
    return u, hidden_layers(net)[0].linear.weight.detach().double(), loss
