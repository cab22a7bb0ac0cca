"""The multilayer perceptron of a recipe."""

from __future__ import annotations

import math
from collections import OrderedDict

import torch
from torch import nn

from bnviz.config import RunConfig
from bnviz.nets.parts import head_parts, hidden_parts, make_linear
from bnviz.nets.seeds import draw_seeds


def build_mlp(
    config: RunConfig, inputs: int | tuple[int, ...], n_classes: int, generator: torch.Generator
) -> nn.Sequential:
    """Return a multilayer perceptron: (B, D) to logits (B, n_classes), on the CPU, in training mode.

    Its children are linear1, norm1, activation1, dropout1, linear2, ..., head; norm and dropout only if the recipe has
    them. With dropout_at "head" there is one child "dropout" before the head.

    Args:
        config: the recipe.
        inputs: number of features of one sample, or its shape.
        n_classes: number of logits.
        generator: source of the seeds, those of the head first.
    """
    head_seeds = draw_seeds(generator)  # first, so that it does not depend on the depth
    children: OrderedDict[str, nn.Module] = OrderedDict()
    n_in = inputs if isinstance(inputs, int) else math.prod(inputs)
    for number in range(1, config.depth + 1):
        seeds = draw_seeds(generator)
        linear = make_linear(config, n_in, config.width, number, seeds.weight)
        children.update(hidden_parts(config, number, linear, (config.width,), seeds))
        n_in = config.width
    children.update(head_parts(config, n_in, n_classes, head_seeds))
    return nn.Sequential(children)
