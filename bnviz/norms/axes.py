"""Which values of a tensor (N, C, H, W) each normalizer averages over, as numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bnviz.config import InputError
from bnviz.norms.ghost import ghost_sizes
from bnviz.norms.group import nearest_groups

OVER_BATCH = ("batch", "renorm", "noisy", "mean_only", "variance_only", "no_gamma", "no_beta")
"""Norms that share a channel's mean (or variance) over the whole batch and all locations."""


def averaging_axes(
    norm: str, shape: tuple[int, int, int, int], *, groups: int = 8, ghost_size: int = 16
) -> npt.NDArray[np.int64]:
    """Return an array (N, C, H, W) whose equal numbers share one mean; they count from 0 without gaps.

    Args:
        norm: batch or a variant that averages like it, layer, group, weight_group, instance, ghost or
            per_activation. Cumulative and data-set statistics reach beyond one batch and are not drawn here.
        shape: (N, C, H, W).
        groups: of group; the nearest divisor of C is taken, as ``make_norm`` does.
        ghost_size: of ghost.

    Raises:
        InputError: for another norm.
    """
    samples, channels, height, width = shape
    n, c, h, w = np.indices(shape)
    if norm in OVER_BATCH:
        labels = c
    elif norm == "ghost":
        sizes = ghost_sizes(samples, ghost_size)
        labels = np.repeat(np.arange(len(sizes)), sizes)[n] * channels + c
    elif norm in ("layer", "group", "weight_group", "instance"):
        number = {"layer": 1, "instance": channels}.get(norm) or nearest_groups(groups, channels, height * width)
        labels = n * number + c // (channels // number)
    elif norm == "per_activation":
        labels = (c * height + h) * width + w
    else:
        raise InputError(f"no mean inside one batch is known for norm {norm!r}")
    numbers: npt.NDArray[np.int64] = labels.astype(np.int64)
    return numbers
