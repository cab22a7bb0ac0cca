"""RunConfig -> normalizer."""

from __future__ import annotations

import math

import torch
from torch import nn

from bnviz.config import InputError, RunConfig
from bnviz.norms.batch import BatchNorm
from bnviz.norms.group import GroupNorm, InstanceNorm, LayerNorm, nearest_groups


def make_norm(config: RunConfig, shape: tuple[int, ...], seed: int) -> nn.Module | None:
    """Return the normalizer of a recipe for (B, *shape), or None where values are not normalized.

    Gamma starts at ``config.gamma_init``; without ``config.affine`` there is neither gamma nor beta. None for
    norm "none", and for "weight", which lives in the weights (``StandardizedLinear``).

    Args:
        config: the recipe.
        shape: of one sample, (C,) or (C, H, W).
        seed: of what is random in it; norms without randomness ignore it.

    Raises:
        InputError: when the norm needs feature maps and the shape has none.
    """
    if config.norm in ("none", "weight"):
        return None
    norm = _make(config, shape, seed)
    gamma = norm.weight
    if isinstance(gamma, nn.Parameter):
        with torch.no_grad():
            gamma.fill_(config.gamma_init)
    return norm


def _make(config: RunConfig, shape: tuple[int, ...], seed: int) -> nn.Module:
    channels, locations = shape[0], math.prod(shape[1:])
    if config.norm in ("layer", "group", "weight_group", "instance"):
        return _per_sample(config, channels, locations)
    return BatchNorm(channels, eps=config.eps, momentum=config.momentum, affine=config.affine)


def _per_sample(config: RunConfig, channels: int, locations: int) -> nn.Module:
    if config.norm == "layer":
        return LayerNorm(channels, config.eps, config.affine)
    if config.norm == "instance":
        if locations < 2:
            raise InputError(f"norm instance needs maps of at least 2 locations, got {locations}")
        return InstanceNorm(channels, config.eps, config.affine)
    groups = nearest_groups(config.groups, channels, locations)
    return GroupNorm(groups, channels, config.eps, config.affine)
