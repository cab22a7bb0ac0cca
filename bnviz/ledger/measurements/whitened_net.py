"""A small network on digits whose inputs are whitened, against the same inputs as they are and centered (E22)."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.nets import build_net
from bnviz.training.batches import batch_indices
from bnviz.training.evaluate import loss_and_accuracy
from bnviz.training.pace import pause_point

COMPONENTS = 50
RATES = (0.5, 1.0, 2.0, 4.0)
"""Each form of the inputs takes the rate that suits it best."""
STEPS, EVERY = 600, 10
WANTED = 0.1 * math.log(10)
"""Converged: a tenth of the training loss of guessing."""
NET = RunConfig(depth=1, width=32, activation="tanh", init="xavier", norm="none", batch_size=60)


def forms() -> dict[str, Tensor]:
    """Return the training digits (N, 784), reduced to their first 50 principal components, in three forms.

    - raw: the pixels x = mean + sum_k c_k v_k, as they are
    - centered: sum_k c_k / s v_k, the pixels less their mean, all divided by one s, so that the mean variance of the
      directions is 1; the pixels stay as correlated as they were
    - whitened: sum_k c_k / s_k v_k with s_k the standard deviation of c_k (ZCA): mean 0, variance 1 in every
      direction that is left

    All hold the same information. All 784 directions cannot be whitened: many pixels are always 0.
    """
    x = load_dataset("mnist").x_train.flatten(1).double()
    mean = x.mean(0)
    _, spread, directions = torch.linalg.svd(x - mean, full_matrices=False)
    directions = directions[:COMPONENTS]
    components = (x - mean) @ directions.T
    deviations = spread[:COMPONENTS] / len(x) ** 0.5
    one = deviations.square().mean().sqrt()
    return {
        "raw": (mean + components @ directions).float(),
        "centered": (components / one @ directions).float(),
        "whitened": (components / deviations @ directions).float(),
    }


def updates_needed(x: Tensor, lr: float, seed: int) -> int:
    """Train by plain SGD; return the updates until the loss of all digits is low, ``STEPS`` if it never was."""
    data = load_dataset("mnist")
    net = build_net(NET, x.shape[1], data.n_classes, torch.Generator().manual_seed(seed))
    parameters, batches = list(net.parameters()), batch_indices(len(x), NET.batch_size, seed)
    for step in range(1, STEPS + 1):
        rows = next(batches)
        pause_point()
        slopes = torch.autograd.grad(F.cross_entropy(net(x[rows]), data.y_train[rows]), parameters)
        with torch.no_grad():
            for each, slope in zip(parameters, slopes, strict=True):
                each.sub_(lr * slope)
        if step % EVERY == 0 and loss_and_accuracy(net, x, data.y_train)[0] <= WANTED:
            return step
    return STEPS


def whitened_net_speedups(seed: int) -> tuple[float, float]:
    """Return how many times fewer updates the net needs on whitened inputs than on raw and on centered ones.

    Each form is trained at each of ``RATES`` and takes its best.
    """
    best = {form: min(updates_needed(x, lr, seed) for lr in RATES) for form, x in forms().items()}
    return best["raw"] / best["whitened"], best["centered"] / best["whitened"]
