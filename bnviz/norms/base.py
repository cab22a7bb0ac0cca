"""What all normalizers share: gamma and beta per channel, running statistics, moments over axes."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Norm(nn.Module):
    """A normalizer of (B, C) or (B, C, H, W) with y = gamma * x_hat + beta, one pair per channel.

    Attributes:
        num_features: C.
        eps: added to the variance inside the root.
        weight: gamma (C,), or None without affine.
        bias: beta (C,), or None without affine.
        running_mean: (C,), or None where none is kept.
        running_var: (C,), or None where none is kept.
    """

    weight: Tensor | None
    bias: Tensor | None
    running_mean: Tensor | None
    running_var: Tensor | None

    def __init__(self, num_features: int, eps: float = 1e-5, affine: bool = True) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.register_parameter("weight", nn.Parameter(torch.ones(num_features)) if affine else None)
        self.register_parameter("bias", nn.Parameter(torch.zeros(num_features)) if affine else None)
        # None rather than missing: that a module has the name says that its parameters belong to a norm.
        self.register_buffer("running_mean", None)
        self.register_buffer("running_var", None)

    def extra_repr(self) -> str:
        """Show the channels and eps in the module's repr."""
        return f"{self.num_features}, eps={self.eps}"


class RunningNorm(Norm):
    """A Norm over batch and locations that keeps running statistics: (1 - m) * running + m * batch.

    Args:
        num_features: C.
        eps: added to the variance inside the root.
        momentum: weight m of the NEW batch; None = cumulative average, m = 1 / batches seen.
        affine: whether gamma and beta are learned.
        mean: whether a running mean is kept.
        var: whether a running variance is kept; it averages the unbiased one, as in PyTorch.
    """

    num_batches_tracked: Tensor

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        *,
        mean: bool = True,
        var: bool = True,
    ) -> None:
        super().__init__(num_features, eps, affine)
        self.momentum = momentum
        self.register_buffer("running_mean", torch.zeros(num_features) if mean else None)
        self.register_buffer("running_var", torch.ones(num_features) if var else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.long))

    def follow(self, mean: Tensor | None, biased: Tensor | None, count: int) -> None:
        """Move the running statistics by a batch's mean and biased variance, over ``count`` values each.

        One value has no unbiased variance: then the running variance is left alone.
        """
        self.num_batches_tracked.add_(1)
        factor = 1.0 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        with torch.no_grad():
            if self.running_mean is not None and mean is not None:
                self.running_mean.lerp_(mean, factor)
            if self.running_var is not None and biased is not None and count > 1:
                self.running_var.lerp_(biased * (count / (count - 1)), factor)


def per_channel(values: Tensor, x: Tensor) -> Tensor:
    """Return values (C,) shaped to meet x (B, C) or (B, C, H, W)."""
    return values if x.dim() == 2 else values[:, None, None]


def scaled(x: Tensor, scale: Tensor | None, shift: Tensor | None) -> Tensor:
    """Return scale * x + shift with one (C,) of each per channel, in one pass; None leaves a part out."""
    if scale is None:
        return x if shift is None else x + per_channel(shift, x)
    if shift is None:
        return x * per_channel(scale, x)
    return torch.addcmul(per_channel(shift, x), x, per_channel(scale, x))


def batch_axes(x: Tensor) -> tuple[int, ...]:
    """Return the axes of x that are the batch: samples, and locations where there are any."""
    return (0,) if x.dim() == 2 else (0, 2, 3)


def batch_moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance (C,) of x over samples and locations, without gradients."""
    x = x.detach()
    if x.device.type == "cpu":  # there var_mean takes 20 times as long over feature maps
        mean, var = torch.batch_norm_update_stats(x, None, None, 0.0)
        return mean, var
    var, mean = torch.var_mean(x, batch_axes(x), correction=0)
    return mean, var


def values_per_channel(x: Tensor) -> int:
    """Return how many values a channel of x has: B, or B * H * W."""
    return x.numel() // x.shape[1]
