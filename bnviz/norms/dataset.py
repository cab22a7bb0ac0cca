"""Normalization by the statistics of the whole data set, taken again whenever somebody asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from bnviz.norms.base import RunningNorm, batch_moments


class DataSetNorm(RunningNorm):
    """y = gamma * (x - mean) / sqrt(var + eps) + beta by reference statistics, in training and evaluation.

    The reference is what the norm saw in its last ``taking_reference``: mean and BIASED variance (that batch
    is the population, so m / (m - 1) has nothing to correct), kept in ``running_mean`` and ``running_var``.
    They are constants for the gradient. One never given a reference takes its first training batch as one.

    Feature maps: over samples and locations.

    Args:
        num_features: C.
        eps: added to the variance inside the root.
        affine: whether gamma and beta are learned.

    Source: the full-batch statistics that Ioffe & Szegedy 2015, sec. 3, give up for those of a mini-batch.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, affine: bool = True) -> None:
        super().__init__(num_features, eps, momentum=None, affine=affine)
        self.taking = False

    def forward(self, x: Tensor) -> Tensor:
        """Normalize by the reference, after making x the reference where that is asked for."""
        if self.taking or (self.training and int(self.num_batches_tracked) == 0):
            self._take(x)
        cudnn = torch.backends.cudnn.enabled
        mean, var = self.running_mean, self.running_var
        return torch.batch_norm(x, self.weight, self.bias, mean, var, False, 0.0, self.eps, cudnn)

    def _take(self, x: Tensor) -> None:
        # New tensors, not new values: backward may still need the old ones.
        self.running_mean, self.running_var = batch_moments(x)
        self.num_batches_tracked.add_(1)


@contextmanager
def taking_reference(net: nn.Module) -> Iterator[None]:
    """Make every DataSetNorm in the net take what passes through it for its reference; without gradients.

    ``with taking_reference(net): net(x_all)``. Each norm normalizes x_all by its own statistics before the
    next layer sees it. The rest of the net runs in the mode that it is in.
    """
    norms = [module for module in net.modules() if isinstance(module, DataSetNorm)]
    for norm in norms:
        norm.taking = True
    try:
        with torch.no_grad():
            yield
    finally:
        for norm in norms:
            norm.taking = False
