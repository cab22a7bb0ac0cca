"""Batch normalization with one part left out: to see which part does what."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.norms.base import RunningNorm, batch_axes, per_channel, scaled, values_per_channel
from bnviz.norms.batch import BatchNorm


class MeanOnlyNorm(RunningNorm):
    """y = gamma * (x - mean) + beta: the batch mean is subtracted, nothing is divided by.

    Over samples and locations; evaluation subtracts ``running_mean``, and there is no ``running_var``. With
    one value per channel the output is beta.

    Source: Salimans & Kingma 2016, sec. 4 (mean-only batch normalization; there without gamma and together
    with weight normalization).
    """

    def __init__(self, num_features: int, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, 0.0, momentum, affine, var=False)

    def forward(self, x: Tensor) -> Tensor:
        """Subtract the batch mean, or the running mean in evaluation mode."""
        assert self.running_mean is not None  # we always keep it
        mean = self.running_mean
        if self.training:
            mean = x.mean(batch_axes(x))
            self.follow(mean.detach(), None, values_per_channel(x))
        # gamma * (x - mean) + beta, as one scale and one shift
        shift = -mean if self.weight is None else -self.weight * mean
        return scaled(x, self.weight, shift if self.bias is None else shift + self.bias)


class VarianceOnlyNorm(RunningNorm):
    """y = gamma * x / sqrt(var + eps) + beta: divided by the batch's spread, the mean stays.

    The biased variance is around the mean, over samples and locations; evaluation divides by the running one,
    and there is no ``running_mean``. One value per channel has variance 0: then y = gamma * x / sqrt(eps) +
    beta.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, eps, momentum, affine, mean=False)

    def forward(self, x: Tensor) -> Tensor:
        """Divide by the batch's standard deviation, or by the running one in evaluation mode."""
        assert self.running_var is not None  # we always keep it
        var = self.running_var
        if self.training:
            # By hand: x.var takes much longer over feature maps.
            var = (x - per_channel(x.mean(batch_axes(x)), x)).square().mean(batch_axes(x))
            self.follow(None, var.detach(), values_per_channel(x))
        scale = torch.rsqrt(var + self.eps)
        return scaled(x, scale if self.weight is None else self.weight * scale, self.bias)


class NoGammaNorm(BatchNorm):
    """Batch normalization with beta only: ``weight`` is None."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, eps=eps, momentum=momentum, affine=affine)
        self.register_parameter("weight", None)


class NoBetaNorm(BatchNorm):
    """Batch normalization with gamma only: ``bias`` is None, every channel keeps mean 0."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, eps=eps, momentum=momentum, affine=affine)
        self.register_parameter("bias", None)
