"""What a net is made of, by name: its hidden layers and its head."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from bnviz.norms import BatchNorm


@dataclass(frozen=True, slots=True)
class HiddenLayer:
    """One hidden layer of a net.

    Attributes:
        name: "hidden1", "hidden2", ...
        linear: W u + b.
        norm: its normalization, or None.
        activation: its nonlinearity.
        position: "before" or "after": where the norm stands (or would stand) relative to the nonlinearity.
    """

    name: str
    linear: nn.Linear
    norm: BatchNorm | None
    activation: nn.Module
    position: str


def hidden_layers(net: nn.Sequential) -> tuple[HiddenLayer, ...]:
    """Return the hidden layers of a net that ``build_net`` made, first to last."""
    children = dict(net.named_children())
    order = list(children)
    layers = []
    number = 1
    while f"linear{number}" in children:
        linear, norm = children[f"linear{number}"], children.get(f"norm{number}")
        after = norm is not None and order.index(f"norm{number}") > order.index(f"activation{number}")
        if not isinstance(linear, nn.Linear) or not (norm is None or isinstance(norm, BatchNorm)):
            raise TypeError(f"layer {number} is not one that build_net makes")
        activation = children[f"activation{number}"]
        layers.append(
            HiddenLayer(f"hidden{number}", linear, norm, activation, "after" if after else "before")
        )
        number += 1
    return tuple(layers)


def head(net: nn.Sequential) -> nn.Linear:
    """Return the last linear layer of a net that ``build_net`` made."""
    layer = dict(net.named_children())["head"]
    if not isinstance(layer, nn.Linear):
        raise TypeError("the head is not a linear layer")
    return layer
