"""The batch normalization layer of our nets: torch's kernel, and a batch of one that explains itself."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class BatchNorm(nn.BatchNorm1d):
    """Batch normalization of (B, C) or (B, C, H, W): y = gamma * (x - mean) / sqrt(var + eps) + beta.

    Mean and variance of a channel are over the batch, and over all locations of a feature map: B * H * W
    values. Parameters, buffers and numbers are those of ``torch.nn.BatchNorm1d`` and ``BatchNorm2d``
    (``weight`` is gamma, ``bias`` is beta; the forward pass uses the biased variance, ``running_var`` keeps
    the unbiased one). One thing differs: in training, ONE value per channel is no error. Its mean is the
    value itself and its variance is 0, so x_hat = 0, the output is beta whatever the input, and no gradient
    reaches x or gamma. Then ``running_mean`` is updated and ``running_var`` is left alone: the unbiased
    variance of one value is undefined.

    Source: Ioffe & Szegedy 2015, algorithms 1 and 2; feature maps: sec. 3.2.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Normalize over the batch, or by the running statistics in evaluation mode."""
        if not self.training:
            return self._kernel(input, training=False, factor=0.0)
        assert self.num_batches_tracked is not None  # we always track
        self.num_batches_tracked.add_(1)
        momentum = self.momentum
        factor = 1.0 / float(self.num_batches_tracked) if momentum is None else momentum
        if self._alone(input):
            return self._single(input, factor)
        return self._kernel(input, training=True, factor=factor)

    def _alone(self, x: Tensor) -> bool:
        return x.shape[0] == 1 and x.numel() == x.shape[1]

    def _kernel(self, x: Tensor, training: bool, factor: float) -> Tensor:
        # Not F.batch_norm: it checks sizes in Python on every call.
        cudnn = torch.backends.cudnn.enabled
        return torch.batch_norm(
            x, self.weight, self.bias, self.running_mean, self.running_var, training, factor, self.eps, cudnn
        )

    def _single(self, x: Tensor, factor: float) -> Tensor:
        assert self.running_mean is not None  # we always track
        shape = self.running_mean.shape
        with torch.no_grad():
            self.running_mean.lerp_(x.reshape(shape), factor)
        # x - x, not zeros: the graph stays whole, so gradients are 0 rather than missing, and NaN stays NaN.
        x_hat = (x - x).reshape(1, *shape)
        if self.weight is not None:
            x_hat = x_hat * self.weight
        if self.bias is not None:
            x_hat = x_hat + self.bias
        return x_hat.view(x.shape)
