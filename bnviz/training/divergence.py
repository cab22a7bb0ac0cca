"""Finding the layer whose numbers first stopped being finite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

import torch
from torch import Tensor, nn

from bnviz.nets import HiddenLayer, head


class _Found(Exception):
    """The first such layer was found; this ends the forward pass."""


def locate_divergence(net: nn.Module, layers: Sequence[HiddenLayer], x: Tensor) -> str:
    """Return the name of the first layer, in forward order, whose parameters or outputs are not finite.

    The name is that of a hidden layer, or "head", or "loss". The weights must still be those that the loss was computed
    with. This is why a step whose loss is not finite is not made: its gradient would spoil all layers and hide the
    first one.

    Args:
        net: the network; one more forward pass is made.
        layers: hidden layers of the network.
        x: (B, D), the batch of the step.
    """
    names = _names(layers)
    names.setdefault(head(net), []).append("head")
    handles = [module.register_forward_hook(_check(cycle(owners))) for module, owners in names.items()]
    try:
        with torch.no_grad():
            net(x)
    except _Found as found:
        return str(found)
    finally:
        for handle in handles:
            handle.remove()
    return "loss"


def _names(layers: Sequence[HiddenLayer]) -> dict[nn.Module, list[str]]:
    """Return the names of the layers that each module belongs to, in the order of its calls."""
    names: dict[nn.Module, list[str]] = {}
    for layer in layers:
        for module in (layer.linear, layer.norm, layer.activation):
            if module is not None:
                names.setdefault(module, []).append(layer.name)
    return names


def _check(owners: Iterator[str]) -> Callable[[nn.Module, object, Tensor], None]:
    def check(module: nn.Module, _args: object, output: Tensor) -> None:
        owner = next(owners)
        if not all(bool(values.isfinite().all()) for values in (*module.parameters(), output)):
            raise _Found(owner)

    return check
