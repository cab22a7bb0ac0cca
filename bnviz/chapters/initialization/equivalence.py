"""Weight decay before BN is a growing learning rate in disguise (Li & Arora 2020): run against run."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from bnviz.array_types import Floats
from bnviz.chapters.initialization.results import Equivalence
from bnviz.chapters.initialization.weight_norms import growing_rate
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.nets import build_net, hidden_layers
from bnviz.training.pace import pause_point

SAMPLES = 200
NET = RunConfig(depth=2, width=32, activation="tanh", init="xavier", eps=1e-12)


def decay_against_growing_rate(lr: float, decay: float, n_steps: int, seed: int = 0) -> Equivalence:
    """Train a BN net three ways on 200 digits: full batch, no momentum, float64, epsilon 1e-12.

    Args:
        lr: rate of everything, at the first step.
        decay: weight decay on the weights before BN; biases, gamma, beta and the head have none.
        n_steps: updates.
        seed: of the weights.

    The growing run starts at lr / (1 - lr decay); see ``growing_rate``. The two agree to rounding while
    training is stable; once the growing rate is too large for the loss, rounding is amplified.
    """
    decayed = _losses(lr, decay, False, n_steps, seed)
    growing = _losses(lr, decay, True, n_steps, seed)
    plain = _losses(lr, 0.0, False, n_steps, seed)
    return Equivalence(
        decayed,
        growing,
        growing_rate(lr, decay, n_steps - 1),
        float(np.abs(decayed - growing).max()),
        plain,
        float(np.abs(decayed - plain).max()),
    )


def _losses(lr: float, decay: float, growing: bool, n_steps: int, seed: int) -> Floats:
    data = load_dataset(NET.dataset)
    x, y = data.x_train[:SAMPLES].flatten(1).double(), data.y_train[:SAMPLES]
    generator = torch.Generator().manual_seed(seed)
    net = build_net(NET, data.input_size, data.n_classes, generator).double()
    before_norm = {id(layer.linear.weight) for layer in hidden_layers(net)}
    losses = []
    for step in range(n_steps):
        loss = F.cross_entropy(net(x), y)
        losses.append(loss.item())
        pause_point()
        grads = torch.autograd.grad(loss, list(net.parameters()))
        with torch.no_grad():
            for parameter, grad in zip(net.parameters(), grads, strict=True):
                if id(parameter) not in before_norm:
                    parameter.sub_(lr * grad)
                elif growing:
                    parameter.sub_(growing_rate(lr, decay, step) * grad)
                else:
                    parameter.mul_(1 - lr * decay).sub_(lr * grad)
    return np.asarray(losses)
