"""The jitter of a real digit over random batch-mates."""

from __future__ import annotations

from functools import lru_cache

import torch

from bnviz.array_types import Floats
from bnviz.chapters.regularization.batch_noise import SIZES, jitter
from bnviz.chapters.regularization.results import Jitter
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.nets import build_net, hidden_layers

NET = RunConfig(depth=1, width=32, activation="relu", init="kaiming")


def digit_jitter(index: int, n_batches: int = 200, seed: int = 0) -> Jitter:
    """Measure the jitter of one training digit in the first layer of an untrained net (784-32, Kaiming).

    Args:
        index: of the digit among the 4,000 for training.
        n_batches: random batches per size.
        seed: of weights and batch-mates.
    """
    return jitter(pre_activations(seed), index, SIZES, n_batches, seed)


@lru_cache(maxsize=4)
def pre_activations(seed: int) -> Floats:
    """Return W u of all training digits (4000, 32) in float64, read-only."""
    data = load_dataset(NET.dataset)
    net = build_net(NET, data.input_size, data.n_classes, torch.Generator().manual_seed(seed))
    weight = hidden_layers(net)[0].linear.weight.detach().double()
    values: Floats = (data.x_train.flatten(1).double() @ weight.T).numpy()
    values.flags.writeable = False
    return values


def digit(index: int) -> tuple[Floats, int]:
    """Return the picture (28, 28) and the label of one training digit."""
    data = load_dataset(NET.dataset)
    return data.x_train[index, 0].double().numpy(), int(data.y_train[index])
