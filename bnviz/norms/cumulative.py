"""Normalization by the average of all batches so far, in training too."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.norms.base import RunningNorm, batch_moments, values_per_channel


class CumulativeNorm(RunningNorm):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta, with the plain averages over all batches so far.

    After k training batches, mean = (1/k) sum of their means and var = (1/k) sum of their unbiased variances, including
    the present batch; training and evaluation normalize in the same way. The averages are constants for the gradient,
    because no gradient can flow to earlier batches. So an update ignores that the statistics depend on the weights
    (Ioffe & Szegedy 2015, sec. 2), and the older part of the averages becomes outdated.

    Statistics of feature maps are over samples and locations. A single value per channel does not change the variance.

    Args:
        num_features: C.
        eps: added to the variance inside the root.
        affine: whether gamma and beta are learned.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, affine: bool = True) -> None:
        super().__init__(num_features, eps, momentum=None, affine=affine)

    def forward(self, x: Tensor) -> Tensor:
        """Add the batch to the averages in training, then normalize by them."""
        mean, var = self.running_mean, self.running_var
        if self.training:
            self.update_running_stats(*batch_moments(x), values_per_channel(x))
            # Copies: the backward pass needs them, and the next batch changes the averages in place.
            assert mean is not None and var is not None  # noqa: PT018 - both are always kept
            mean, var = mean.clone(), var.clone()
        cudnn = torch.backends.cudnn.enabled
        return torch.batch_norm(x, self.weight, self.bias, mean, var, False, 0.0, self.eps, cudnn)
