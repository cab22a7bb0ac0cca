"""Feature maps of real digits after the convolutions of an untrained VGG11."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.chapters.convolution.feature_maps import mean_spread
from bnviz.chapters.convolution.results import KINDS, MeanSpread, ShiftComparison
from bnviz.chapters.convolution.shifted_digit import compare_shifts
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.nets import build_net, hidden_layers

NET = RunConfig(net="vgg11", width=8, activation="relu", init="kaiming", lr=0.05, batch_size=64)
LAYERS = tuple(range(1, 9))
SAMPLES = 500
_SIDE = 32  # pixels that the networks pad their images to
_FREE = 6
"""Number of empty columns that an image needs at the right: the largest shift and the reach of the kernel."""


@lru_cache(maxsize=1)
def _net(seed: int = NET.seed) -> nn.Module:
    data = load_dataset(NET.dataset)
    return build_net(NET, data.input_shape, data.n_classes, torch.Generator().manual_seed(seed))


def conv_outputs(layer: int, seed: int = NET.seed) -> Tensor:
    """Return the outputs of one convolution of an untrained VGG11 with BN for 500 digits, (500, C, p, q).

    Args:
        layer: number of the convolution, from 1. All layers before it are in training mode: they use the
            statistics of these digits.
        seed: of the weights.
    """
    found: list[Tensor] = []

    def keep(module: nn.Module, given: tuple[Tensor, ...], out: Tensor) -> None:
        found.append(out.contiguous())

    net, data = _net(seed), load_dataset(NET.dataset)
    handle = hidden_layers(net)[layer - 1].linear.register_forward_hook(keep)
    try:
        with torch.no_grad():
            net(data.x_train[:SAMPLES].flatten(1))
    finally:
        handle.remove()
    return found[0]


def layer_spread(layer: int) -> tuple[tuple[int, ...], dict[str, MeanSpread]]:
    """Measure the spread of the batch means of one layer, per map and per activation.

    Returns:
        The shape (C, p, q) of its output, and the measurement per kind of statistics.
    """
    x = conv_outputs(layer)
    return tuple(x.shape[1:]), {kind: mean_spread(x, kind) for kind in KINDS}


def first_layer_shift() -> ShiftComparison:
    """Shift digits by 0 to 4 pixels before or after the first convolution and its normalization."""
    data = load_dataset(NET.dataset)
    frame = (_SIDE - data.x_train.shape[-1]) // 2
    pictures = F.pad(data.x_train[:SAMPLES], [frame] * 4)
    free = pictures[..., -_FREE:].amax((1, 2, 3)) == 0
    conv = hidden_layers(_net())[0].linear
    with torch.no_grad():
        return compare_shifts(conv, pictures, pictures[free][:64])
