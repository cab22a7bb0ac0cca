"""Names of nonlinearities -> their modules."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

LEAKY_SLOPE = 0.01
"""Slope of leaky_relu left of 0, torch's default."""

ACTIVATION_LAYERS: dict[str, Callable[[], nn.Module]] = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(LEAKY_SLOPE),
    "gelu": nn.GELU,
    "identity": nn.Identity,
}


def make_activation(name: str) -> nn.Module:
    """Return a fresh module for one of ``bnviz.config.ACTIVATIONS``."""
    return ACTIVATION_LAYERS[name]()
