"""The values of a tensor (N, C, H, W) that each normalizer averages over, as equal numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bnviz.config import InputError
from bnviz.norms.ghost import ghost_sizes
from bnviz.norms.group import nearest_groups

OVER_BATCH = ("batch", "renorm", "noisy", "mean_only", "variance_only", "no_gamma", "no_beta")
"""Norms whose mean or variance of a channel is over the whole batch and all locations."""


def averaging_axes(
    norm: str, shape: tuple[int, int, int, int], *, groups: int = 8, ghost_size: int = 16
) -> npt.NDArray[np.int64]:
    """Return an array (N, C, H, W) in which values of equal numbers share one mean; the numbers are 0, 1, ...

    Args:
        norm: batch or a variant with the same axes, layer, group, weight_group, instance, ghost or per_activation.
            The statistics of cumulative and dataset are over more than one batch, so they are not possible here.
        shape: (N, C, H, W).
        groups: groups of group normalization; the nearest divisor of C is used, as in ``make_norm``.
        ghost_size: samples per ghost batch.

    Raises:
        InputError: the norm is another one.
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
        raise InputError(f"no mean inside one batch is known for norm {norm!r:.80}")
    numbers: npt.NDArray[np.int64] = labels.astype(np.int64)
    return numbers
