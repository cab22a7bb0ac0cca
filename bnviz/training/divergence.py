"""Where numbers stopped being finite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

import torch
from torch import Tensor, nn

from bnviz.nets import HiddenLayer, head


class _Found(Exception):
    """The first place was met, so that the rest of the forward pass is not wanted."""


def locate_divergence(net: nn.Module, layers: Sequence[HiddenLayer], x: Tensor) -> str:
    """Name the first place, in forward order, whose numbers are not finite: a layer, the head or the loss.

    A place is its parameters and its output. The weights must still be those that the loss was computed
    with: a step whose loss is not finite is not made, as its gradient would spoil every layer and hide which
    one was first.

    Args:
        net: the network; one more forward pass is made.
        layers: its hidden layers.
        x: the batch.
    """
    names = _names(layers)
    names.setdefault(head(net), []).append("head")
    handles = [module.register_forward_hook(_check(cycle(places))) for module, places in names.items()]
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
    """Return which layers each module belongs to, in the order of its calls."""
    names: dict[nn.Module, list[str]] = {}
    for layer in layers:
        for module in (layer.linear, layer.norm, layer.activation):
            if module is not None:
                names.setdefault(module, []).append(layer.name)
    return names


def _check(places: Iterator[str]) -> Callable[[nn.Module, object, Tensor], None]:
    def check(module: nn.Module, _args: object, output: Tensor) -> None:
        place = next(places)
        if not all(bool(values.isfinite().all()) for values in (*module.parameters(), output)):
            raise _Found(place)

    return check
