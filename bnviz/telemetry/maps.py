"""Feature maps (B, C, ...): samples of their values, and statistics of all values.

A channel is a unit, and each position of each sample is one of its values (Ioffe & Szegedy 2015, sec. 3.2).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from bnviz.telemetry.measure import MAX_SAMPLES, low_discrepancy_indices
from bnviz.telemetry.transfer import to_device

N_POSITIONS = 128
"""Positions of a batch at which the values of all channels are kept; layers with few channels keep more."""


_SAVED_EPS = {
    "NativeBatchNormBackward0": "_saved_eps",  # the CPU, Apple's GPUs, and CUDA without cuDNN
    "CudnnBatchNormBackward0": "_saved_epsilon",
    "MiopenBatchNormBackward0": "_saved_epsilon",
}
"""The backward nodes of torch's batch normalization, which keep the batch's mean and 1 / sqrt(var + eps) as their
results 1 and 2, and the name under which each keeps eps (torch's tools/autograd/derivatives.yaml)."""


def sample_positions(maps: Tensor) -> Tensor:
    """Return a copy of the values at R = max(N_POSITIONS, MAX_SAMPLES / C) positions, or at all if there are fewer.

    The positions are evenly spaced over the samples and over the map. The level of a quantile q that is estimated
    from R positions is off by sqrt(q (1 - q) / R): 3 percentage points for the 15th percentile of one unit.

    Args:
        maps: (B, C, ...), in any memory format.

    Returns:
        (R, C).
    """
    batch, channels, *places = maps.shape
    positions, device = math.prod(places), str(maps.device)
    last = maps.movedim(1, -1)
    if last.is_contiguous():
        return last.reshape(-1, channels).index_select(0, _flat_indices(batch, positions, channels, device))
    return last.flatten(1, -2)[_split_indices(batch, positions, channels, device)]


def kept_positions(channels: int) -> int:
    """Return the most positions of a batch that are kept of maps with this many channels."""
    return max(N_POSITIONS, -(-MAX_SAMPLES // channels))


def batch_statistics(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Return the exact mean and biased variance of each channel over all samples and positions, both (C,)."""
    values = maps.detach().float()
    if maps.is_cpu:  # there, var_mean takes 20 times as long; Apple's GPUs have no such operation
        mean, var = torch.batch_norm_update_stats(values, None, None, 0.0)
        return mean, var
    var, mean = torch.var_mean(values, [0, *range(2, maps.dim())], correction=0)
    return mean, var


def saved_batch_stats(output: Tensor, entering: Tensor) -> tuple[Tensor, Tensor] | None:
    """Return the mean and the biased variance that torch's batch normalization has just computed.

    Torch keeps them for the backward pass, so they cost nothing. None if the output does not come from torch's
    batch normalization, or if it did not normalize by the batch: the caller then takes ``batch_statistics``.
    """
    node: Any = output.grad_fn
    eps = None if node is None else _SAVED_EPS.get(node.name())
    if eps is None or not node._saved_training or node._saved_input.data_ptr() != entering.data_ptr():
        return None
    mean, inverse = node._saved_result1.detach(), node._saved_result2.detach()
    return mean, (inverse**-2).sub_(getattr(node, eps)).clamp_min_(0)


def dead_channels(maps: Tensor, rows: Tensor) -> Tensor:
    """Return which channels are 0 at all positions of all samples; bool (C,).

    Args:
        maps: (B, C, ...), no value negative.
        rows: ``sample_positions`` of the maps. A channel that is nonzero in the sample is not dead; in most
            layers this decides about all channels, and the full maps are not read. On a GPU they always are:
            to wait for the decision would take longer.
    """
    dead = rows.sum(0) == 0
    return maps.sum([0, *range(2, maps.dim())]) == 0 if not maps.is_cpu or dead.any() else dead


@lru_cache(maxsize=256)
def _flat_indices(batch: int, positions: int, channels: int, device: str) -> Tensor:
    indices = torch.from_numpy(low_discrepancy_indices(batch, positions, kept_positions(channels)))
    return to_device(indices, torch.device(device))


@lru_cache(maxsize=64)
def _split_indices(batch: int, positions: int, channels: int, device: str) -> tuple[Tensor, Tensor]:
    rows = _flat_indices(batch, positions, channels, device)
    return rows // positions, rows % positions
