"""The parts of a hidden layer of a recipe: linear layer or convolution, norm, nonlinearity, dropout."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from bnviz.config import Numbers, RunConfig
from bnviz.nets.activations import make_activation
from bnviz.nets.allocated import allocated
from bnviz.nets.dropout import SeededDropout
from bnviz.nets.initialize import GAINS, initial_weight
from bnviz.nets.seeds import LayerSeeds
from bnviz.norms import StandardizedConv2d, StandardizedLinear, make_norm

STANDARDIZED = ("weight", "weight_group")
"""Norms with which layers standardize their weights (Qiao et al. 2019)."""


def has_norm(config: RunConfig, number: int) -> bool:
    """Return whether a hidden layer (from 1) has a normalization of its values, not only of its weights."""
    return config.norm not in ("none", "weight") and Numbers.includes(config.norm_at, number)


def needs_bias(config: RunConfig, number: int) -> bool:
    """Return whether a hidden layer has a bias.

    A layer that is directly followed by a norm has none, because the batch mean would cancel it (Ioffe & Szegedy 2015,
    sec. 3.2). A layer whose norm is inserted later has one. Norms over other axes would not cancel it, but their layers
    have none either, so that the relatives of BN differ only in the norm; with a layer norm after the first layer, x
    and 2x then give the same output.
    """
    followed = has_norm(config, number) and config.norm_position == "before"
    return not followed or config.norm_from > 0


def standardizes(config: RunConfig, number: int) -> bool:
    """Return whether the weights of a hidden layer are standardized."""
    return config.norm in STANDARDIZED and Numbers.includes(config.norm_at, number)


def hidden_parts(
    config: RunConfig, number: int, layer: nn.Linear | nn.Conv2d, shape: tuple[int, ...], seeds: LayerSeeds
) -> OrderedDict[str, nn.Module]:
    """Return the children of one hidden layer in forward order, by name.

    Args:
        config: the recipe.
        number: number of the layer, from 1; all names end with it ("conv3", "norm3", "activation3", "dropout3").
        layer: the linear layer or convolution.
        shape: shape of its output, (C,) or (C, H, W).
        seeds: seeds of the layer.
    """
    first = "linear" if isinstance(layer, nn.Linear) else "conv"
    children: list[tuple[str, nn.Module]] = [(first, layer), ("activation", make_activation(config.activation))]
    norm = make_norm(config, shape, seeds.norm) if has_norm(config, number) else None
    if norm is not None:
        children.insert(1 if config.norm_position == "before" else 2, ("norm", norm))
    if config.dropout > 0 and config.dropout_at == "hidden":
        children.append(("dropout", SeededDropout(config.dropout, seeds.dropout)))
    return OrderedDict((f"{kind}{number}", child) for kind, child in children)


def head_parts(config: RunConfig, n_in: int, n_classes: int, seeds: LayerSeeds) -> OrderedDict[str, nn.Module]:
    """Return the children at the end of a net: the dropout before the head, if any, and the head.

    init_scale does not apply to the head: no norm follows it, and a scaled head would only make the first losses of
    every arm huge.
    """
    children: OrderedDict[str, nn.Module] = OrderedDict()
    if config.dropout > 0 and config.dropout_at == "head":
        children["dropout"] = SeededDropout(config.dropout, seeds.dropout)
    children["head"] = initialized_linear(config, n_in, n_classes, seeds.weight, bias=True, scale=1.0)
    return children


def make_linear(config: RunConfig, n_in: int, n_out: int, number: int, seed: int) -> nn.Linear:
    """Return the linear layer of hidden layer ``number`` with its initial weight; its bias starts at 0."""
    kind = StandardizedLinear if standardizes(config, number) else nn.Linear
    return initialized_linear(
        config, n_in, n_out, seed, bias=needs_bias(config, number), scale=config.init_scale, kind=kind
    )


def initialized_linear(
    config: RunConfig, n_in: int, n_out: int, seed: int, *, bias: bool, scale: float, kind: type[nn.Linear] = nn.Linear
) -> nn.Linear:
    """Return a linear layer of class ``kind`` with its initial weight times scale; its bias starts at 0."""
    layer = allocated(kind(n_in, n_out, bias=bias, device="meta"))
    _initialize(layer, config, seed, scale)
    return layer


def make_conv(
    config: RunConfig, n_in: int, n_out: int, number: int, seed: int, *, kernel: int, stride: int = 1
) -> nn.Conv2d:
    """Return the convolution of hidden layer ``number``, zero-padded so that stride 1 keeps the size."""
    kind = StandardizedConv2d if standardizes(config, number) else nn.Conv2d
    bias = needs_bias(config, number)
    layer = allocated(kind(n_in, n_out, kernel, stride, kernel // 2, bias=bias, device="meta"))
    _initialize(layer, config, seed, config.init_scale)
    return layer


def _initialize(layer: nn.Linear | nn.Conv2d, config: RunConfig, seed: int, scale: float) -> None:
    if isinstance(layer, StandardizedLinear | StandardizedConv2d):
        layer.gain = GAINS[config.activation]
    n_out, n_in, *kernel = layer.weight.shape
    with torch.no_grad():
        layer.weight.copy_(initial_weight(config, n_in, n_out, seed, scale, tuple(kernel)))
        if layer.bias is not None:
            layer.bias.zero_()
