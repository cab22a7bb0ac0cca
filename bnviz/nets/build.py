"""The net of a recipe, of any family."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from bnviz.config import RunConfig
from bnviz.nets.inception import Inception
from bnviz.nets.mlp import build_mlp
from bnviz.nets.resnet import ResNet20
from bnviz.nets.rnn import RowLSTM
from bnviz.nets.vgg import build_vgg11

_Builder = Callable[[RunConfig, int | tuple[int, ...], int, torch.Generator], nn.Module]

_BUILDERS: dict[str, _Builder] = {
    "mlp": build_mlp,
    "vgg11": build_vgg11,
    "resnet20": ResNet20,
    "inception": Inception,
    "rnn": RowLSTM,
}


def build_net(
    config: RunConfig, inputs: int | tuple[int, ...], n_classes: int, generator: torch.Generator
) -> nn.Module:
    """Return the net of a recipe: flat (B, D) to logits (B, n_classes), on the CPU, in training mode.

    A linear layer or convolution that is directly followed by a norm has no bias, because the batch mean would cancel
    it (Ioffe & Szegedy 2015, sec. 3.2). The global random state does not change.

    Args:
        config: the recipe.
        inputs: number of features of one sample, or its shape (C, H, W), which all nets but mlp need.
        n_classes: number of logits.
        generator: source of two seeds (weights, dropout) for the head and for each layer. All recipes of one family
            draw them in the same order, so the weights of twins are equal wherever names and shapes are equal.

    Raises:
        InputError: the net does not accept such data.
    """
    return _BUILDERS[config.net](config, inputs, n_classes, generator)
