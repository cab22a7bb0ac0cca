"""Feature maps (B, C, ...): what is kept of them, and what is taken of them whole, while the step goes on.

A channel is a unit, and every place of every sample is one of its values (Ioffe & Szegedy 2015, sec. 3.2).
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

ROWS = 256
"""Places whose values are kept of a layer's feature maps, evenly spaced over samples and places."""


def kept_rows(maps: Tensor) -> Tensor:
    """Return at most about ROWS of the B * places rows of a layer, a copy; all of them when there are fewer.

    Args:
        maps: (B, C, ...), in any memory format.

    Returns:
        (R, C). The rows are evenly spaced, at a distance that shares no factor with the number of places,
        so that they meet all of them and not one column of the picture.
    """
    last = maps.movedim(1, -1)
    places = maps[0, 0].numel()
    if last.is_contiguous():
        return last.reshape(-1, maps.shape[1])[:: _distance(len(maps), places)].clone()
    return last.flatten(1, -2)[_indices(len(maps), places, str(maps.device))]


def batch_statistics(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance of every channel over all samples and places, both (C,), exactly."""
    mean, var = torch.batch_norm_update_stats(maps.float(), None, None, 0.0)
    return mean, var


def silent_channels(maps: Tensor) -> Tensor:
    """Return which channels are 0 at every place of every sample; bool (C,). No value may be negative."""
    return maps.sum([0, *range(2, maps.dim())]) == 0


def _distance(batch: int, places: int) -> int:
    distance = max(1, -(-batch * places // ROWS))
    while distance > 1 and math.gcd(distance, places) > 1:
        distance += 1
    return distance


@lru_cache(maxsize=64)
def _indices(batch: int, places: int, device: str) -> tuple[Tensor, Tensor]:
    rows = torch.arange(0, batch * places, _distance(batch, places), device=device)
    return rows // places, rows % places
