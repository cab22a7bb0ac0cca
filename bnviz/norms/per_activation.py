"""Feature maps normalized the way that Ioffe & Szegedy reject: every location for itself."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from bnviz.config import InputError
from bnviz.norms.batch import BatchNorm


class PerActivationNorm(BatchNorm):
    """Batch normalization of (B, C, H, W) with one mean, variance, gamma and beta per (c, h, w).

    Statistics are over the B samples alone: noisier than over B * H * W values, H * W times the parameters,
    and a picture moved by a pixel is normalized by other numbers, so the layer is no convolution any more.
    Parameters and buffers are those of ``BatchNorm`` over C * H * W units, in the shape (C, H, W); so is what
    happens to a batch of one.

    Args:
        shape: (C, H, W).
        eps: added to the variance inside the root.
        momentum: weight of the new batch in the running statistics; None = cumulative average.
        affine: whether gamma and beta are learned.

    Raises:
        InputError: when the shape, or that of an input, is not (C, H, W).

    Source: Ioffe & Szegedy 2015, sec. 3.2, which shares statistics over locations instead; the ensemble of
    its sec. 4.2.3 has this in its last hidden layers.
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
        """Normalize every place over the batch, or by its running statistics in evaluation mode."""
        if input.shape[1:] != self.shape:
            raise InputError(f"this norm takes maps of shape {self.shape}, got {tuple(input.shape[1:])}")
        return super().forward(input)

    def _alone(self, x: Tensor) -> bool:
        return len(x) == 1

    def _kernel(self, x: Tensor, training: bool, factor: float) -> Tensor:
        weight, bias, mean, var = (
            None if held is None else held.view(-1)
            for held in (self.weight, self.bias, self.running_mean, self.running_var)
        )
        cudnn = torch.backends.cudnn.enabled
        y = torch.batch_norm(x.flatten(1), weight, bias, mean, var, training, factor, self.eps, cudnn)
        return y.view(x.shape)
