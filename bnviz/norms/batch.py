"""The batch normalization layer of the nets: the kernel of torch, and a defined result for a batch of one."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bnviz.norms.batch_count import BatchCount


class BatchNorm(nn.BatchNorm1d):
    """Batch normalization of (B, C) or (B, C, H, W): y = gamma * (x - mean) / sqrt(var + eps) + beta.

    Mean and variance of a channel are over the batch, and over all locations of a feature map: B * H * W
    values. Parameters, buffers and numbers are those of ``torch.nn.BatchNorm1d`` and ``BatchNorm2d``
    (``weight`` is gamma, ``bias`` is beta; the forward pass uses the biased variance, ``running_var`` keeps
    the unbiased one). There is one difference: in training, a single value per channel is not an error. Its
    mean is the value itself and its variance is 0, so x_hat = 0, the output is beta for any input, and no gradient
    reaches x or gamma. ``running_mean`` is updated, but not ``running_var``, as the unbiased variance of a single value
    is undefined.

    Source: Ioffe & Szegedy 2015, algorithms 1 and 2; feature maps: sec. 3.2.

    Args:
        num_features: C.
        eps: added to the variance inside the root.
        momentum: weight of the new batch in the running statistics; None means the cumulative average.
        affine: whether gamma and beta are learned.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__(num_features, eps=eps, momentum=momentum, affine=affine)
        self.batch_count = BatchCount()

    def forward(self, input: Tensor) -> Tensor:
        """Normalize over the batch, or by the running statistics in evaluation mode."""
        if not self.training:
            return self._batch_norm(input, training=False, factor=0.0)
        assert self.num_batches_tracked is not None  # it is always tracked
        factor = self.batch_count.next_factor(self.num_batches_tracked, self.momentum)
        if self._is_single_value(input):
            return self._normalize_single(input, factor)
        return self._batch_norm(input, training=True, factor=factor)

    def _is_single_value(self, x: Tensor) -> bool:
        return x.shape[0] == 1 and x.numel() == x.shape[1]

    def _batch_norm(self, x: Tensor, training: bool, factor: float) -> Tensor:
        # Not F.batch_norm, which checks sizes in Python at each call.
        cudnn = torch.backends.cudnn.enabled
        return torch.batch_norm(
            x, self.weight, self.bias, self.running_mean, self.running_var, training, factor, self.eps, cudnn
        )

    def _normalize_single(self, x: Tensor, factor: float) -> Tensor:
        assert self.running_mean is not None  # it is always tracked
        shape = self.running_mean.shape
        with torch.no_grad():
            self.running_mean.lerp_(x.reshape(shape), factor)
        # x - x, not zeros: this keeps the graph, so gradients are 0 and not missing, and NaN remains NaN.
        x_hat = (x - x).reshape(1, *shape)
        if self.weight is not None:
            x_hat = x_hat * self.weight
        if self.bias is not None:
            x_hat = x_hat + self.bias
        return x_hat.view(x.shape)
