"""Normalization by the average of all batches so far, in training too."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.norms.base import RunningNorm, batch_moments, values_per_channel


class CumulativeNorm(RunningNorm):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta by the plain average over the batches seen so far.

    After k training batches mean = (1/k) sum m_i and var = (1/k) sum of their unbiased variances, the present
    batch included; training and evaluation then normalize alike. The averages are constants for the gradient:
    old batches are gone, and nothing can flow back to them. So the step does not know that the statistics
    follow the weights, the situation of Ioffe & Szegedy 2015, sec. 2, and old statistics go stale.

    Feature maps: over samples and locations. With one value per channel the variance is left alone.

    Args:
        num_features: C.
        eps: added to the variance inside the root.
        affine: whether gamma and beta are learned.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, affine: bool = True) -> None:
        super().__init__(num_features, eps, momentum=None, affine=affine)

    def forward(self, x: Tensor) -> Tensor:
        """Take the batch into the averages when training, then normalize by them."""
        mean, var = self.running_mean, self.running_var
        if self.training:
            self.follow(*batch_moments(x), values_per_channel(x))
            # Copies: backward needs them, and the next batch changes the averages in place.
            assert mean is not None and var is not None  # noqa: PT018 - we always keep both
            mean, var = mean.clone(), var.clone()
        cudnn = torch.backends.cudnn.enabled
        return torch.batch_norm(x, self.weight, self.bias, mean, var, False, 0.0, self.eps, cudnn)
