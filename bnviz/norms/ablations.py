"""Ablations of batch normalization: variants without one of its parts."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.norms.base import RunningNorm, batch_axes, per_channel, scaled, values_per_channel
from bnviz.norms.batch import BatchNorm


class MeanOnlyNorm(RunningNorm):
    """y = gamma * (x - mean) + beta: the batch mean is subtracted, without a division.

    The mean is over samples and locations. Evaluation subtracts ``running_mean``; there is no ``running_var``. A single
    value per channel gives beta.

    Source: Salimans & Kingma 2016, sec. 4 (mean-only batch normalization, there without gamma and with weight
    normalization).
    """

    def __init__(self, num_features: int, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, 0.0, momentum, affine, var=False)

    def forward(self, x: Tensor) -> Tensor:
        """Subtract the batch mean, or the running mean in evaluation mode."""
        assert self.running_mean is not None  # it is always kept
        mean = self.running_mean
        if self.training:
            mean = x.mean(batch_axes(x))
            self.update_running_stats(mean.detach(), None, values_per_channel(x))
        # gamma * (x - mean) + beta, as one scale and one shift
        shift = -mean if self.weight is None else -self.weight * mean
        return scaled(x, self.weight, shift if self.bias is None else shift + self.bias)


class VarianceOnlyNorm(RunningNorm):
    """y = gamma * x / sqrt(var + eps) + beta: a division by the standard deviation, without subtracting the mean.

    The biased variance around the mean is over samples and locations. Evaluation uses ``running_var``; there is no
    ``running_mean``. A single value per channel has variance 0, so y = gamma * x / sqrt(eps) + beta.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, eps, momentum, affine, mean=False)

    def forward(self, x: Tensor) -> Tensor:
        """Divide by the standard deviation of the batch, or by the running one in evaluation mode."""
        assert self.running_var is not None  # it is always kept
        var = self.running_var
        if self.training:
            # Written out, because x.var takes much longer for feature maps.
            var = (x - per_channel(x.mean(batch_axes(x)), x)).square().mean(batch_axes(x))
            self.update_running_stats(None, var.detach(), values_per_channel(x))
        scale = torch.rsqrt(var + self.eps)
        return scaled(x, scale if self.weight is None else self.weight * scale, self.bias)


class NoGammaNorm(BatchNorm):
    """Batch normalization without gamma: ``weight`` is None."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, eps=eps, momentum=momentum, affine=affine)
        self.register_parameter("weight", None)


class NoBetaNorm(BatchNorm):
    """Batch normalization without beta: ``bias`` is None, and each channel has mean 0."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, eps=eps, momentum=momentum, affine=affine)
        self.register_parameter("bias", None)
