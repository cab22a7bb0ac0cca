"""What enters the nonlinearities for fixed images, where BN uses the statistics of a training batch.

Normalized by its own statistics, the probe's mean would be beta whatever the weights do. A layer above a BN layer sees
values that were normalized by the batch of the step, so that batch's statistics are the ones to use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from bnviz.chapters.why.covariate_shift import Loss
from bnviz.chapters.why.moments import Moments, moments_of
from bnviz.nets import hidden_layers
from bnviz.norms import BatchNorm
from bnviz.norms.base import batch_moments

Statistics = Sequence[tuple[Tensor, Tensor]]
"""Mean and biased variance (C,) of the input of each BN layer, first to last."""


def statistics_of(net: nn.Module, loss: Loss) -> Statistics:
    """Return the statistics that the BN layers use on the batch of a loss, measured on a copy in training mode."""
    copy, found = deepcopy(net).train(), []

    def measure(norm: nn.Module, args: tuple[Tensor, ...]) -> None:
        found.append(batch_moments(args[0]))

    for norm in _norms(copy):
        norm.register_forward_pre_hook(measure)
    with torch.no_grad():
        loss(copy)
    return found


def inputs_of_nonlinearities(net: nn.Module, x: Tensor, statistics: Statistics) -> list[Moments]:
    """Return the moments of the inputs of each hidden layer's nonlinearity, measured on a copy in training mode.

    Noise is on; running statistics, noise and random state of ``net`` do not change.

    Args:
        net: the network.
        x: (B, D), fixed images.
        statistics: what the BN layers normalize x by, see ``statistics_of``.
    """
    copy, found = deepcopy(net).train(), []

    def measure(module: nn.Module, args: tuple[Tensor, ...]) -> None:
        found.append(moments_of(args[0].numpy()))

    for norm, (mean, var) in zip(_norms(copy), statistics, strict=True):
        norm._batch_norm = _normalizer(norm, mean, var)  # type: ignore[method-assign]
    for layer in hidden_layers(copy):
        layer.activation.register_forward_pre_hook(measure)
    with torch.no_grad():
        copy(x)
    return found


def _norms(net: nn.Module) -> list[BatchNorm]:
    return [module for module in net.modules() if isinstance(module, BatchNorm)]


def _normalizer(norm: BatchNorm, mean: Tensor, var: Tensor) -> Callable[..., Tensor]:
    """Return what replaces the kernel of a BN layer: the same, with given statistics."""

    def normalize(x: Tensor, training: bool, factor: float) -> Tensor:
        return torch.batch_norm(x, norm.weight, norm.bias, mean, var, False, 0.0, norm.eps, False)

    return normalize
