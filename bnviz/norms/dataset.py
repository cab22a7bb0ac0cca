"""Normalization by the statistics of the whole data set, which are recomputed on request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from bnviz.norms.base import RunningNorm, batch_moments


class DataSetNorm(RunningNorm):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta by reference statistics, in training and evaluation.

    The reference statistics are the mean and the BIASED variance of the input in the last ``taking_reference`` (that
    batch is the whole population, so no factor m / (m - 1) is needed). They are kept in ``running_mean`` and
    ``running_var`` and are constants for the gradient. Without a reference, the first training batch is used.

    Statistics of feature maps are over samples and locations.

    Args:
        num_features: C.
        eps: added to the variance inside the root.
        affine: whether gamma and beta are learned.

    Source: the full-batch statistics that Ioffe & Szegedy 2015, sec. 3, replace by those of a mini-batch.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, affine: bool = True) -> None:
        super().__init__(num_features, eps, momentum=None, affine=affine)
        self.is_taking_reference = False

    def forward(self, x: Tensor) -> Tensor:
        """Normalize by the reference statistics, which are first computed from x on request."""
        if self.is_taking_reference or (self.training and self.batch_count.is_zero(self.num_batches_tracked)):
            self._take_reference(x)
        cudnn = torch.backends.cudnn.enabled
        mean, var = self.running_mean, self.running_var
        return torch.batch_norm(x, self.weight, self.bias, mean, var, False, 0.0, self.eps, cudnn)

    def _take_reference(self, x: Tensor) -> None:
        # New tensors, not new values: the backward pass may still need the old ones.
        self.running_mean, self.running_var = batch_moments(x)
        self.batch_count.add(self.num_batches_tracked)


@contextmanager
def taking_reference(net: nn.Module) -> Iterator[None]:
    """Make each DataSetNorm of a net compute its reference statistics from its input; without gradients.

    Usage: ``with taking_reference(net): net(x_all)``. Each norm normalizes x_all by its new statistics before the next
    layer. The mode of the other modules does not change.
    """
    norms = [module for module in net.modules() if isinstance(module, DataSetNorm)]
    for norm in norms:
        norm.is_taking_reference = True
    try:
        with torch.no_grad():
            yield
    finally:
        for norm in norms:
            norm.is_taking_reference = False
