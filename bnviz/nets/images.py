"""The input layer of convolutional nets: flat samples as feature maps."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from bnviz.config import InputError

SMALLEST = 32
"""Smallest number of rows and columns of a convolutional net: five halvings lead from 32 to 1."""


class ToImage(nn.Module):
    """Reshape (B, C * H * W) to (B, C, H', W'), zero-padded evenly to at least 32 x 32, channels last.

    In the memory format channels last, convolutions on a CPU are fastest; the values are the same.

    Args:
        shape: shape (C, H, W) of a sample.
    """

    def __init__(self, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.shape = shape
        rows, columns = (max(0, SMALLEST - size) for size in shape[1:])
        self.padding = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the output."""
        left, right, top, bottom = self.padding
        return self.shape[1] + top + bottom, self.shape[2] + left + right

    def forward(self, x: Tensor) -> Tensor:
        """Return the feature maps of samples (B, C * H * W) or (B, C, H, W)."""
        x = x.reshape(-1, *self.shape)
        if any(self.padding):
            x = functional.pad(x, self.padding)
        # Not contiguous(): maps of one channel already count as channels last, but with unusual strides.
        return torch.empty_like(x, memory_format=torch.channels_last).copy_(x)

    def extra_repr(self) -> str:
        """Show the shape in the module's repr."""
        return f"{self.shape}, padding={self.padding}"


def image_shape(net: str, inputs: int | tuple[int, ...]) -> tuple[int, int, int]:
    """Return the shape (C, H, W) of the samples of a net for images.

    Raises:
        InputError: the data are not images.
    """
    if isinstance(inputs, int) or len(inputs) != 3:
        size = inputs if isinstance(inputs, int) else "x".join(map(str, inputs))
        raise InputError(f"net {net} needs images (channels x rows x columns), got points ({size})")
    channels, rows, columns = inputs
    return channels, rows, columns
