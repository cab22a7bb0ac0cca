"""The common parts of all normalizers: gamma and beta per channel, running statistics, moments over axes."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bnviz.norms.batch_count import BatchCount


class Norm(nn.Module):
    """A normalizer of (B, C) or (B, C, H, W): y = gamma * x_hat + beta, with one gamma and beta per channel.

    Attributes:
        num_features: C.
        eps: added to the variance inside the root.
        weight: gamma (C,), or None without affine.
        bias: beta (C,), or None without affine.
        running_mean: (C,), or None in norms without one.
        running_var: (C,), or None in norms without one.
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
        # None, not missing: a module with this attribute is known to be a norm (``training.optimizers``).
        self.register_buffer("running_mean", None)
        self.register_buffer("running_var", None)

    def extra_repr(self) -> str:
        """Show the channels and eps in the module's repr."""
        return f"{self.num_features}, eps={self.eps}"


class RunningNorm(Norm):
    """A Norm over batch and locations with running statistics: (1 - m) * running + m * batch.

    Args:
        num_features: C.
        eps: added to the variance inside the root.
        momentum: weight m of the NEW batch; None means the cumulative average, m = 1 / number of batches.
        affine: whether gamma and beta are learned.
        mean: whether a running mean is kept.
        var: whether a running variance is kept; it averages unbiased variances, as in PyTorch.
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
        self.batch_count = BatchCount()

    def update_running_stats(self, mean: Tensor | None, biased: Tensor | None, count: int) -> None:
        """Update the running statistics by the mean and biased variance of a batch, over ``count`` values each.

        A single value has no unbiased variance: the running variance then does not change.
        """
        factor = self.batch_count.next_factor(self.num_batches_tracked, self.momentum)
        with torch.no_grad():
            if self.running_mean is not None and mean is not None:
                self.running_mean.lerp_(mean, factor)
            if self.running_var is not None and biased is not None and count > 1:
                self.running_var.lerp_(biased * (count / (count - 1)), factor)


def per_channel(values: Tensor, x: Tensor) -> Tensor:
    """Return values (C,) in a shape that broadcasts with x (B, C) or (B, C, H, W)."""
    return values if x.dim() == 2 else values[:, None, None]


def scaled(x: Tensor, scale: Tensor | None, shift: Tensor | None) -> Tensor:
    """Return scale * x + shift in one pass, with scale (C,) and shift (C,); None omits a part."""
    if scale is None:
        return x if shift is None else x + per_channel(shift, x)
    if shift is None:
        return x * per_channel(scale, x)
    return torch.addcmul(per_channel(shift, x), x, per_channel(scale, x))


def batch_axes(x: Tensor) -> tuple[int, ...]:
    """Return the axes of x to average over: samples, and locations of feature maps."""
    return (0,) if x.dim() == 2 else (0, 2, 3)


def batch_moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and biased variance (C,) of x over samples and locations, without gradients."""
    x = x.detach()
    if x.device.type == "cpu":  # on a CPU, var_mean takes 20 times as long for feature maps
        mean, var = torch.batch_norm_update_stats(x, None, None, 0.0)
        return mean, var
    var, mean = torch.var_mean(x, batch_axes(x), correction=0)
    return mean, var


def values_per_channel(x: Tensor) -> int:
    """Return the number of values per channel of x: B, or B * H * W."""
    return x.numel() // x.shape[1]
