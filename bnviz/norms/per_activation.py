"""Normalization of each location of a feature map on its own, which Ioffe & Szegedy reject."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from bnviz.config import InputError
from bnviz.norms.batch import BatchNorm


class PerActivationNorm(BatchNorm):
    """Batch normalization of (B, C, H, W) with one mean, variance, gamma and beta per (c, h, w).

    Statistics are over the B samples only. They are noisier than those over B * H * W values, there are H * W times as
    many parameters, and an image that is moved by a pixel is normalized differently, so the layer is no longer a
    convolution. Parameters, buffers and the result for a batch of one are those of ``BatchNorm`` over C * H * W units,
    in the shape (C, H, W).

    Args:
        shape: (C, H, W).
        eps: added to the variance inside the root.
        momentum: weight of the new batch in the running statistics; None means the cumulative average.
        affine: whether gamma and beta are learned.

    Raises:
        InputError: the shape, or the shape of an input, is not (C, H, W).

    Source: Ioffe & Szegedy 2015, sec. 3.2, where statistics are over locations as well; the ensemble of sec. 4.2.3 has
    this norm in its last hidden layers.
    """

    def __init__(
        self, shape: tuple[int, ...], eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True
    ) -> None:
        if len(shape) != 3:
            raise InputError(f"norm per_activation needs feature maps (C, H, W), got shape {shape}")
        super().__init__(math.prod(shape), eps=eps, momentum=momentum, affine=affine)
        self.shape, self.num_features = shape, shape[0]
        if affine:
            self.weight = nn.Parameter(self.weight.detach().view(shape))
            self.bias = nn.Parameter(self.bias.detach().view(shape))
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, getattr(self, name).view(shape))

    def forward(self, input: Tensor) -> Tensor:
        """Normalize each location over the batch, or by its running statistics in evaluation mode."""
        if input.shape[1:] != self.shape:
            raise InputError(f"this norm takes maps of shape {self.shape}, got {tuple(input.shape[1:])}")
        return super().forward(input)

    def _is_single_value(self, x: Tensor) -> bool:
        return len(x) == 1

    def _batch_norm(self, x: Tensor, training: bool, factor: float) -> Tensor:
        weight, bias, mean, var = (
            None if value is None else value.view(-1)
            for value in (self.weight, self.bias, self.running_mean, self.running_var)
        )
        cudnn = torch.backends.cudnn.enabled
        y = torch.batch_norm(x.flatten(1), weight, bias, mean, var, training, factor, self.eps, cudnn)
        return y.view(x.shape)
