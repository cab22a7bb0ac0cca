"""The hidden layers and the head of a net, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import nn

from bnviz.nets.taps import LinearTap


@dataclass(frozen=True, slots=True)
class HiddenLayer:
    """One hidden layer of a net.

    Attributes:
        name: "hidden1", "hidden2", ... of an mlp; "conv1", ... of a convolutional net; "t1", ..., the time
            steps of a recurrent one.
        linear: W u + b: a linear layer, a convolution, or the tap of a time step; it has a ``weight``.
        norm: the normalization, or None.
        activation: the nonlinearity.
        position: "before" or "after": position of the norm relative to the nonlinearity, also in layers without one.
    """

    name: str
    linear: nn.Linear | nn.Conv2d | LinearTap
    norm: nn.Module | None
    activation: nn.Module
    position: str


@runtime_checkable
class HasHiddenLayers(Protocol):
    """A net that returns its hidden layers itself, because they are not one sequence."""

    def hidden_layers(self) -> tuple[HiddenLayer, ...]:
        """Return the hidden layers in forward order."""


def hidden_layers(net: nn.Module) -> tuple[HiddenLayer, ...]:
    """Return the hidden layers of a net of ``build_net``, in forward order."""
    if isinstance(net, HasHiddenLayers):
        return net.hidden_layers()
    return named_layers(net)


def named_layers(net: nn.Module) -> tuple[HiddenLayer, ...]:
    """Return the hidden layers of a net whose children are named linear1 or conv1, norm1, activation1, ..."""
    children = dict(net.named_children())
    order = list(children)
    kind, name = ("conv", "conv") if "conv1" in children else ("linear", "hidden")
    numbers = [number for number in range(1, len(order) + 1) if f"{kind}{number}" in children]
    # One norm is enough: a recipe has one position for all layers.
    after = any(order.index(f"norm{n}") > order.index(f"activation{n}") for n in numbers if f"norm{n}" in children)
    layers = []
    for number in numbers:
        linear, norm = children[f"{kind}{number}"], children.get(f"norm{number}")
        if not isinstance(linear, nn.Linear | nn.Conv2d):
            raise TypeError(f"layer {number} is not one that build_net makes")
        activation = children[f"activation{number}"]
        layers.append(HiddenLayer(f"{name}{number}", linear, norm, activation, "after" if after else "before"))
    return tuple(layers)


def head(net: nn.Module) -> nn.Linear:
    """Return the last linear layer of a net of ``build_net``."""
    layer = dict(net.named_children())["head"]
    if not isinstance(layer, nn.Linear):
        raise TypeError("the head is not a linear layer")
    return layer
