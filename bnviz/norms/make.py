"""The normalizer of a recipe."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from bnviz.config import InputError, RunConfig
from bnviz.norms.ablations import MeanOnlyNorm, NoBetaNorm, NoGammaNorm, VarianceOnlyNorm
from bnviz.norms.batch import BatchNorm
from bnviz.norms.cumulative import CumulativeNorm
from bnviz.norms.dataset import DataSetNorm
from bnviz.norms.ghost import GhostNorm
from bnviz.norms.group import GroupNorm, InstanceNorm, LayerNorm, nearest_groups
from bnviz.norms.late import LateNorm
from bnviz.norms.noisy import NoisyBatchNorm
from bnviz.norms.per_activation import PerActivationNorm
from bnviz.norms.renorm import SHORT, BatchRenorm

Maker = Callable[[RunConfig, tuple[int, ...], int], nn.Module]


def make_norm(config: RunConfig, shape: tuple[int, ...], seed: int) -> nn.Module | None:
    """Return the normalizer of a recipe for (B, *shape), or None if values are not normalized.

    Gamma starts at ``config.gamma_init``; without ``config.affine`` there are no gamma and no beta. None is returned
    for norm "none", and for "weight", which normalizes the weights (``StandardizedLinear``). With ``norm_from`` > 0, an
    inactive ``LateNorm`` is returned. Batch renormalization has the schedule ``SHORT``.

    Args:
        config: the recipe.
        shape: shape of one sample, (C,) or (C, H, W).
        seed: seed of a random norm; other norms ignore it.

    Raises:
        InputError: the norm needs feature maps, and the shape is not that of maps.
    """
    if config.norm in ("none", "weight"):
        return None
    norm = _MAKERS[config.norm](config, shape, seed)
    gamma = norm.weight
    if isinstance(gamma, nn.Parameter):
        with torch.no_grad():
            gamma.fill_(config.gamma_init)
    return LateNorm(norm) if config.norm_from > 0 else norm


def _over_batch(kind: Callable[..., nn.Module]) -> Maker:
    """Return the maker of a class that takes channels, eps, momentum and affine."""
    return lambda config, shape, _: kind(shape[0], eps=config.eps, momentum=config.momentum, affine=config.affine)


def _fixed(kind: Callable[..., nn.Module]) -> Maker:
    """Return the maker of a class that takes channels, eps and affine."""
    return lambda config, shape, _: kind(shape[0], eps=config.eps, affine=config.affine)


def _group(config: RunConfig, shape: tuple[int, ...], _: int) -> nn.Module:
    groups = nearest_groups(config.groups, shape[0], math.prod(shape[1:]))
    return GroupNorm(groups, shape[0], config.eps, config.affine)


def _instance(config: RunConfig, shape: tuple[int, ...], _: int) -> nn.Module:
    if math.prod(shape[1:]) < 2:
        raise InputError(f"norm instance needs maps of at least 2 locations, got shape {shape}")
    return InstanceNorm(shape[0], config.eps, config.affine)


def _ghost(config: RunConfig, shape: tuple[int, ...], _: int) -> nn.Module:
    return GhostNorm(shape[0], config.ghost_size, config.eps, config.momentum, config.affine)


def _renorm(config: RunConfig, shape: tuple[int, ...], _: int) -> nn.Module:
    return BatchRenorm(shape[0], config.eps, config.momentum, config.affine, SHORT)


def _noisy(config: RunConfig, shape: tuple[int, ...], seed: int) -> nn.Module:
    return NoisyBatchNorm(shape[0], seed, config.eps, config.momentum, config.affine)


def _mean_only(config: RunConfig, shape: tuple[int, ...], _: int) -> nn.Module:
    return MeanOnlyNorm(shape[0], config.momentum, config.affine)


def _per_activation(config: RunConfig, shape: tuple[int, ...], _: int) -> nn.Module:
    return PerActivationNorm(shape, config.eps, config.momentum, config.affine)


_MAKERS: dict[str, Maker] = {
    "batch": _over_batch(BatchNorm),
    "layer": _fixed(LayerNorm),
    "group": _group,
    "instance": _instance,
    "ghost": _ghost,
    "renorm": _renorm,
    "weight_group": _group,
    "noisy": _noisy,
    "cumulative": _fixed(CumulativeNorm),
    "dataset": _fixed(DataSetNorm),
    "mean_only": _mean_only,
    "variance_only": _over_batch(VarianceOnlyNorm),
    "no_gamma": _over_batch(NoGammaNorm),
    "no_beta": _over_batch(NoBetaNorm),
    "per_activation": _per_activation,
}
