"""A small block of pre-activations (N, C, P): the output of an untrained convolution for some digits."""

from __future__ import annotations

import numpy as np
import torch
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
    images = load_dataset("mnist").x_train[first : first + IMAGES]
    small = F.avg_pool2d(images[:, :, :27, :27], 3)  # (6, 1, 9, 9)
    random = torch.Generator().manual_seed(seed)
    filters = torch.randn(CHANNELS, 1, SIDE, SIDE, generator=random) * (2 / 9) ** 0.5
    maps = F.conv2d(small, filters, stride=SIDE)  # (6, 6, 3, 3)
    return maps.flatten(2).numpy().astype(np.float64)
