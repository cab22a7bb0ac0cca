"""Feature maps (B, C, ...): what is sampled from them, and what is computed from all of their values.

A channel is a unit, and every position of every sample is one of its values (Ioffe & Szegedy 2015, sec. 3.2).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from bnviz.telemetry.measure import SAMPLE, low_discrepancy_indices

ROWS = 128
"""Positions of a batch at which every channel's values are kept; layers with few channels keep more."""


def sample_positions(maps: Tensor) -> Tensor:
    """Return the values at max(ROWS, SAMPLE / C) of the B * places, a copy; at all when there are fewer.

    The places are evenly spaced over samples and over the picture; of R of them, a quantile's level is off
    by sqrt(q (1 - q) / R), 3 percentage points for the 15th percentile of one unit.

    Args:
        maps: (B, C, ...), in any memory format.

    Returns:
        (R, C).
    """
    batch, channels = maps.shape[:2]
    places, device = maps[0, 0].numel(), str(maps.device)
    last = maps.movedim(1, -1)
    if last.is_contiguous():
        return last.reshape(-1, channels).index_select(0, _flat(batch, places, channels, device))
    return last.flatten(1, -2)[_apart(batch, places, channels, device)]


def batch_statistics(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance of every channel over all samples and places, both (C,), exactly."""
    mean, var = torch.batch_norm_update_stats(maps.detach().float(), None, None, 0.0)
    return mean, var


def saved_batch_stats(output: Tensor, entering: Tensor) -> tuple[Tensor, Tensor] | None:
    """Return mean and biased variance that torch's batch normalization has just computed and kept.

    It keeps them for its backward pass, so they cost nothing. None when the output is not its own, or when
    it did not normalize by the batch: then ``batch_statistics`` of what enters is for the caller to take.
    """
    node: Any = output.grad_fn
    if node is None or node.name() != "NativeBatchNormBackward0":
        return None
    if not node._saved_training or node._saved_input.data_ptr() != entering.data_ptr():
        return None
    mean, inverse = node._saved_result1.detach(), node._saved_result2.detach()
    return mean, (inverse**-2 - node._saved_eps).clamp_min(0)


def dead_channels(maps: Tensor, rows: Tensor) -> Tensor:
    """Return which channels are 0 at every place of every sample; bool (C,).

    Args:
        maps: (B, C, ...), no value negative.
        rows: ``sample_positions`` of them: a channel nonzero in the sample is not dead, which settles
            most layers.
    """
    dead = rows.sum(0) == 0
    return maps.sum([0, *range(2, maps.dim())]) == 0 if dead.any() else dead


@lru_cache(maxsize=256)
def _flat(batch: int, places: int, channels: int, device: str) -> Tensor:
    wanted = max(ROWS, -(-SAMPLE // channels))
    return torch.from_numpy(low_discrepancy_indices(batch, places, wanted)).to(device)


@lru_cache(maxsize=64)
def _apart(batch: int, places: int, channels: int, device: str) -> tuple[Tensor, Tensor]:
    rows = _flat(batch, places, channels, device)
    return rows // places, rows % places
