"""Dropout before BN in a trained net: the variance in training mode against that in evaluation mode."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.array_types import Floats
from bnviz.chapters.regularization.batch_noise import variance_shift, variance_with_dropout
from bnviz.chapters.regularization.results import DropoutShift
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.nets import build_mlp, hidden_layers
from bnviz.training.batches import batch_indices
from bnviz.training.evaluate import loss_and_accuracy
from bnviz.training.optimizers import make_optimizer
from bnviz.training.pace import pause_point

NET = RunConfig(depth=3, width=64, activation="relu", init="kaiming", lr=0.1, batch_size=60)
STEPS, PROBE, N_MASKS = 200, 1000, 10


def dropout_shift(p: float, seed: int = 0, n_steps: int = STEPS) -> DropoutShift:
    """Train a BN net with dropout after every hidden layer and compare the variances of the two modes.

    Args:
        p: probability of zeroing, 0 <= p <= 0.9.
        seed: of weights, batches and masks.
        n_steps: updates before the measurement.
    """
    data = load_dataset(NET.dataset)
    x, y = data.x_train.flatten(1), data.y_train
    net = build_mlp(
        NET.with_fields(dropout=p, seed=seed), data.input_size, data.n_classes, torch.Generator().manual_seed(seed)
    )
    optimizer = make_optimizer(NET, net)
    batches = batch_indices(len(y), NET.batch_size, seed)
    for _ in range(n_steps):
        indices = next(batches)
        optimizer.zero_grad(set_to_none=True)
        pause_point()
        F.cross_entropy(net(x[indices]), y[indices]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    net.eval()
    measured, formula = _ratios(net, x[:PROBE], p, seed)
    test = data.x_test.flatten(1), data.y_test
    accuracy = loss_and_accuracy(net, *test)[1]
    _recompute_statistics(net, x)
    return DropoutShift(p, measured, formula, np.median(measured, axis=1), accuracy, loss_and_accuracy(net, *test)[1])


def _ratios(net: nn.Sequential, x: Tensor, p: float, seed: int) -> tuple[Floats, Floats]:
    """Compare, layer by layer, W u with and without masks on u; u itself is that of evaluation mode."""
    random = torch.Generator().manual_seed(seed)
    measured, formula = [], []
    with torch.no_grad():
        layers = hidden_layers(net)
        inputs = _inputs_of_linears(net, x)
        for layer, u in zip(layers[1:], inputs[1:], strict=True):
            weight = layer.linear.weight
            many = u.repeat(N_MASKS, 1)
            masks = torch.empty_like(many).bernoulli_(1 - p, generator=random) / (1 - p)
            trained = ((many * masks) @ weight.T).var(0, correction=0)
            evaluated = (u @ weight.T).var(0, correction=0)
            measured.append(variance_shift(trained, evaluated).double().numpy())
            formula.append(variance_shift(variance_with_dropout(weight, u, p), evaluated).double().numpy())
    return np.asarray(measured), np.asarray(formula)


def _inputs_of_linears(net: nn.Sequential, x: Tensor) -> list[Tensor]:
    found = []
    for name, module in net.named_children():
        if name.startswith("linear"):
            found.append(x)
        x = module(x)
    return found


def _recompute_statistics(net: nn.Sequential, x: Tensor) -> None:
    """Set running mean and variance to those of all training samples with dropout off, first layer first."""
    with torch.no_grad():
        for layer, child in zip(hidden_layers(net), range(1, len(net)), strict=False):
            assert layer.norm is not None  # every layer of this net has one
            u = _inputs_of_linears(net, x)[child - 1]
            values = u @ layer.linear.weight.T
            layer.norm.running_mean = values.mean(0)
            layer.norm.running_var = values.var(0)
