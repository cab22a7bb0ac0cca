"""Data augmentation: shift images by a pixel."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def shift_images(images: Tensor, dx: Tensor, dy: Tensor, most: int = 1) -> Tensor:
    """Move each image by whole pixels; what enters from outside is 0, what leaves is lost.

    Args:
        images: (B, C, H, W).
        dx: (B,), pixels to the right, from -most to most.
        dy: (B,), pixels down, from -most to most.
        most: largest shift.
    """
    _, _, height, width = images.shape
    padded = F.pad(images, (most, most, most, most))
    rows = torch.arange(height) + most - dy[:, None]
    columns = torch.arange(width) + most - dx[:, None]
    batch = torch.arange(len(images))
    # Advanced indices around a slice put the batch and pixel axes first, the channels last.
    moved = padded[batch[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def random_shift(images: Tensor, generator: torch.Generator, most: int = 1) -> Tensor:
    """Move each image (B, C, H, W) by up to ``most`` pixels in each direction, all shifts equally likely."""
    dx, dy = torch.randint(-most, most + 1, (2, len(images)), generator=generator)
    return shift_images(images, dx, dy, most)
