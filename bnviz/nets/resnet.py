"""ResNet-20, the residual net for small images."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from bnviz.config import RunConfig
from bnviz.nets.conv_net import ConvNet, LayerMaker, halved

STAGES = 3
BLOCKS = 3
"""Stages, and blocks of two convolutions per stage; each stage halves rows and columns and doubles the channels."""


class ResNet20(ConvNet):
    """Flat images (B, C * H * W) to logits (B, n_classes) through 19 convolutions and a head.

    After conv1 there are 3 stages of 3 blocks y = f(x + F(x)) with F = norm(conv(f(norm(conv(x))))), then global
    average pooling and the head. Where the channels double, the shortcut takes every second row and column and appends
    channels of zeros (option A, without parameters). In the second layer of a block, the shortcut is added between norm
    and nonlinearity, so the input of the recorded nonlinearity is the sum.

    Source: He et al. 2016, sec. 4.2 (16, 32, 64 channels: width 16).

    Args:
        config: the recipe; with skip=False there are no shortcuts: a plain net with the same weights.
        inputs: shape of a sample, (C, H, W).
        n_classes: number of logits.
        generator: source of the seeds, those of the head first.

    Raises:
        InputError: ``inputs`` is not the shape of an image.
    """

    def __init__(
        self, config: RunConfig, inputs: int | tuple[int, ...], n_classes: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.skip = config.skip
        make = LayerMaker(self, config, inputs, generator)
        n_in, size = config.width, make.size
        make.add(make.channels, n_in, 3, size)
        for stage in range(STAGES):
            n_out = config.width * 2**stage
            for _ in range(BLOCKS):
                stride = n_out // n_in
                make.add(n_in, n_out, 3, size, stride)
                size = halved(size) if stride == 2 else size
                make.add(n_out, n_out, 3, size)
                n_in = n_out
        make.add_head(n_in, n_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (B, n_classes) of flat images."""
        x = self.layer(1, self.image(x))
        for first in range(2, 2 + 2 * STAGES * BLOCKS, 2):
            residual = self.normalized(first + 1, self.layer(first, x))
            x = self.activate(first + 1, residual + shortcut(x, residual) if self.skip else residual)
        return self.classify(x)


def shortcut(x: Tensor, like: Tensor) -> Tensor:
    """Return x in the shape of ``like``: every second row and column, followed by channels of zeros."""
    missing = like.shape[1] - x.shape[1]
    if not missing:
        return x
    return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, missing))
