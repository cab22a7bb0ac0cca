"""The modules of nonlinearities, by name."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from bnviz.config import LEAKY_SLOPE

ACTIVATION_LAYERS: dict[str, Callable[[], nn.Module]] = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(LEAKY_SLOPE),
    "gelu": nn.GELU,
    "identity": nn.Identity,
}


def make_activation(name: str) -> nn.Module:
    """Return a new module of one of ``bnviz.config.ACTIVATIONS``."""
    return ACTIVATION_LAYERS[name]()
