"""RunConfig -> multilayer perceptron."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from bnviz.config import RunConfig
from bnviz.nets.activations import make_activation
from bnviz.nets.dropout import SeededDropout
from bnviz.nets.initialize import initial_weight
from bnviz.norms import BatchNorm

_SEEDS = 2**62


def build_net(
    config: RunConfig, input_size: int, n_classes: int, generator: torch.Generator
) -> nn.Sequential:
    """Return the net of a recipe: (B, input_size) to logits (B, n_classes), on the CPU, in training mode.

    Children are named linear1, norm1, activation1, dropout1, linear2, ..., head; norm and dropout only where
    configured. With norm_position "after" the norm follows its activation. A linear layer that a norm
    follows directly has no bias, as the batch mean would cancel it (Ioffe & Szegedy 2015, sec. 3.2).

    Args:
        config: the recipe.
        input_size: features of one sample.
        n_classes: number of logits.
        generator: source of one seed for the head and two per layer (weights, dropout). Every recipe draws
            them in the same order, so twins agree wherever names and shapes do, whatever else differs.
    """
    head_seed, _ = _two_seeds(generator)  # first, so that it does not depend on the depth
    children: OrderedDict[str, nn.Module] = OrderedDict()
    n_in = input_size
    for number in range(1, config.depth + 1):
        weight_seed, dropout_seed = _two_seeds(generator)
        for kind in _order(config):
            children[f"{kind}{number}"] = _make(kind, config, n_in, weight_seed, dropout_seed)
        n_in = config.width
    # The head keeps its size whatever init_scale is: no norm follows it, and a scaled head would only make
    # the first losses huge in every arm.
    children["head"] = _linear(config, n_in, n_classes, head_seed, bias=True, scale=1.0)
    return nn.Sequential(children)


def _two_seeds(generator: torch.Generator) -> tuple[int, int]:
    first, second = torch.randint(_SEEDS, (2,), generator=generator).tolist()
    return first, second


def _order(config: RunConfig) -> list[str]:
    order = ["linear", "activation"]
    if config.norm != "none":
        order.insert(1 if config.norm_position == "before" else 2, "norm")
    return [*order, "dropout"] if config.dropout > 0 else order


def _make(kind: str, config: RunConfig, n_in: int, weight_seed: int, dropout_seed: int) -> nn.Module:
    if kind == "linear":
        bias = config.norm == "none" or config.norm_position == "after"
        return _linear(config, n_in, config.width, weight_seed, bias, config.init_scale)
    if kind == "norm":
        return BatchNorm(config.width, eps=config.eps, momentum=config.momentum, affine=config.affine)
    if kind == "activation":
        return make_activation(config.activation)
    return SeededDropout(config.dropout, dropout_seed)


def _linear(config: RunConfig, n_in: int, n_out: int, seed: int, bias: bool, scale: float) -> nn.Linear:
    # Made on "meta": torch's own draw would touch the global random state.
    layer = nn.Linear(n_in, n_out, bias=bias, device="meta").to_empty(device="cpu")
    with torch.no_grad():
        layer.weight.copy_(initial_weight(config, n_in, n_out, seed, scale))
        if bias:
            layer.bias.zero_()
    return layer
