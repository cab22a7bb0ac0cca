"""Batch renormalization: batch statistics that are corrected toward the running statistics, within growing limits."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from bnviz.norms.base import RunningNorm, batch_moments, scaled, values_per_channel


class RenormSchedule(NamedTuple):
    """Limits of r and d by training step: r in 1 / r_max .. r_max, d in -d_max .. d_max.

    Until step ``start``, r_max = 1 and d_max = 0, which is batch normalization. Then they grow linearly (the paper says
    "gradually") to ``r_max`` at step ``r_end`` and to ``d_max`` at step ``d_end``. The defaults are published.

    Source: Ioffe 2017, sec. 4.
    """

    start: int = 5_000
    r_end: int = 40_000
    d_end: int = 25_000
    r_max: float = 3.0
    d_max: float = 5.0


PUBLISHED = RenormSchedule()

SHORT = RenormSchedule(start=100, r_end=800, d_end=500)
"""The published schedule, 50 times shorter, because runs here have hundreds of steps instead of 100,000."""


class BatchRenorm(RunningNorm):
    """Batch renormalization of (B, C) or (B, C, H, W): y = gamma * ((x - m_B) / s_B * r + d) + beta.

    r = clip(s_B / s, 1 / r_max, r_max) and d = clip((m_B - m) / s, -d_max, d_max) are constants for the gradient. m_B
    and s_B = sqrt(biased var + eps) are of the batch, over samples and locations; m and s = sqrt(running_var + eps) are
    the running statistics before this batch. Within the limits, x_hat is exactly (x - m) / s, as in evaluation. A
    single value per channel has x_hat = d.

    The paper averages s itself; here ``running_var`` averages the unbiased variance, as in the other norms.

    Args:
        num_features: C.
        eps: added to the variance inside the root.
        momentum: weight of the new batch in the running statistics (0.01 in the paper); None means cumulative.
        affine: whether gamma and beta are learned.
        schedule: r_max and d_max by the number of training batches.

    Source: Ioffe 2017, algorithm 1.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        schedule: RenormSchedule = PUBLISHED,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine)
        self.schedule = schedule

    def limits(self) -> tuple[Tensor, Tensor]:
        """Return r_max and d_max for the next training batch, as scalars."""
        n_batches, (start, r_end, d_end, r_max, d_max) = self.num_batches_tracked, self.schedule
        r_share = ((n_batches - start) / max(1, r_end - start)).clamp(0, 1)
        d_share = ((n_batches - start) / max(1, d_end - start)).clamp(0, 1)
        return 1 + (r_max - 1) * r_share, d_max * d_share

    def forward(self, x: Tensor) -> Tensor:
        """Normalize by the corrected batch statistics, or by the running ones in evaluation mode."""
        cudnn = torch.backends.cudnn.enabled
        if not self.training:
            mean, var = self.running_mean, self.running_var
            return torch.batch_norm(x, self.weight, self.bias, mean, var, False, 0.0, self.eps, cudnn)
        mean, biased = batch_moments(x)
        r, d = self._correction(mean, biased)
        self.update_running_stats(mean, biased, values_per_channel(x))
        # gamma (x_hat r + d) + beta is the batch normalization of torch with another scale and shift.
        scale = r if self.weight is None else self.weight * r
        shift = d if self.weight is None else self.weight * d
        shift = shift if self.bias is None else shift + self.bias
        if values_per_channel(x) == 1:  # x - x has a gradient of 0, not a missing one
            return scaled(x - x, scale, shift)
        return torch.batch_norm(x, scale, shift, None, None, True, 0.0, self.eps, cudnn)

    def _correction(self, mean: Tensor, biased: Tensor) -> tuple[Tensor, Tensor]:
        assert self.running_mean is not None and self.running_var is not None  # noqa: PT018
        r_max, d_max = (limit.to(mean.dtype) for limit in self.limits())
        std = torch.sqrt(self.running_var + self.eps)
        r = torch.clamp(torch.sqrt(biased + self.eps) / std, 1 / r_max, r_max)
        return r, torch.clamp((mean - self.running_mean) / std, -d_max, d_max)
