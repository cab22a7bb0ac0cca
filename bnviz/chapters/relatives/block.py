"""A small block of pre-activations (N, C, P): the output of an untrained convolution for some digits."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.array_types import Floats
from bnviz.data import load_dataset

IMAGES, CHANNELS, SIDE = 6, 6, 3


def digit_block(seed: int = 0, first: int = 0) -> Floats:
    """Return the output of six 3x3 filters with stride 3 for six digits reduced to 9 x 9 pixels.

    Args:
        seed: seed of the filters, drawn from N(0, 2/9) (He et al. 2015).
        first: number of the first digit of the training set.

    Returns:
        (6, 6, 9): images, channels, positions row by row.
    """
    maps = F.conv2d(small_digits(first), random_filters(seed), stride=SIDE)  # (6, 6, 3, 3)
    return maps.flatten(2).numpy().astype(np.float64)


def small_digits(first: int = 0) -> Tensor:
    """Return six digits reduced to 9 x 9 pixels, (6, 1, 9, 9)."""
    images = load_dataset("mnist").x_train[first : first + IMAGES]
    return F.avg_pool2d(images[:, :, :27, :27], 3)


def random_filters(seed: int = 0) -> Tensor:
    """Return six filters with entries from N(0, 2/9), (6, 1, 3, 3)."""
    random = torch.Generator().manual_seed(seed)
    return torch.randn(CHANNELS, 1, SIDE, SIDE, generator=random) * math.sqrt(2 / 9)
