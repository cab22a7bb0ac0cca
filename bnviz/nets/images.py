"""The way in for images: flat samples back to feature maps."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from bnviz.config import InputError

SMALLEST = 32
"""Rows and columns that a convolutional net gets at least: five halvings lead from 32 to 1."""


class ToImage(nn.Module):
    """Reshape (B, C * H * W) to (B, C, H', W'), zero-padded evenly to at least 32 x 32, channels last.

    Channels last is how convolutions on a CPU are fastest; it changes where numbers lie, not which.

    Args:
        shape: (C, H, W) of a sample.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.shape = shape
        rows, columns = (max(0, SMALLEST - size) for size in shape[1:])
        self.padding = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of what comes out."""
        left, right, top, bottom = self.padding
        return self.shape[1] + top + bottom, self.shape[2] + left + right

    def forward(self, x: Tensor) -> Tensor:
        """Return the feature maps of flat samples; samples that are images already pass too."""
        x = x.reshape(-1, *self.shape)
        if any(self.padding):
            x = functional.pad(x, self.padding)
        # Not contiguous(): one channel counts as channels last already, with strides that lead others astray.
        return torch.empty_like(x, memory_format=torch.channels_last).copy_(x)

    def extra_repr(self) -> str:
        """Show the shape in the module's repr."""
        return f"{self.shape}, padding={self.padding}"


def image_shape(net: str, inputs: int | tuple[int, ...]) -> tuple[int, int, int]:
    """Return (C, H, W) of what a net for images is to take.

    Raises:
        InputError: when the data are no images.
    """
    if isinstance(inputs, int) or len(inputs) != 3:
        size = inputs if isinstance(inputs, int) else "x".join(map(str, inputs))
        raise InputError(f"net {net} needs images (channels x rows x columns), got points ({size})")
    channels, rows, columns = inputs
    return channels, rows, columns
