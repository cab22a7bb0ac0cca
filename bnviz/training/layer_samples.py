"""How much of what each layer gives for a batch the recorder's numbers are measured on."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor, nn

from bnviz.nets import HiddenLayer
from bnviz.telemetry.maps import kept_positions
from bnviz.telemetry.measure import MAX_SAMPLES
from bnviz.telemetry.run_description import LayerSample
from bnviz.training.evaluate import evaluation_mode


def layer_samples(
    net: nn.Module, layers: Sequence[HiddenLayer], inputs: int, batch_size: int
) -> tuple[LayerSample, ...]:
    """Return of each layer how many places and values of a batch are kept, and how many there are.

    Feature maps (C, H, W) have ``batch_size * H * W`` places, dense layers ``batch_size``. One sample passes
    through the network in evaluation mode, which changes nothing in it.

    Args:
        net: the network.
        layers: its hidden layers, in forward order.
        inputs: D, numbers of one input.
        batch_size: samples of a training batch.
    """
    shapes: dict[nn.Module, tuple[int, ...]] = {}

    def keep(module: nn.Module, _args: tuple[Tensor, ...], output: Tensor) -> None:
        shapes[module] = tuple(output.shape[1:])

    handles = [layer.linear.register_forward_hook(keep) for layer in layers]
    try:
        with evaluation_mode(net):
            net(torch.zeros(1, inputs, device=next(net.parameters()).device))
    finally:
        for handle in handles:
            handle.remove()
    return tuple(_sample(shapes[layer.linear], batch_size) for layer in layers)


def _sample(shape: tuple[int, ...], batch_size: int) -> LayerSample:
    units, places = shape[0], batch_size * prod(shape[1:])
    kept = places if len(shape) == 1 else min(places, kept_positions(units))
    return LayerSample((kept, places), (min(MAX_SAMPLES, kept * units), places * units))
