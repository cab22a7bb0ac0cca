"""Batch normalization and its gradients, by the kernels of torch."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from bnviz import norms
from bnviz.backprop.below_autograd import kernel

_backward: Callable[..., tuple[Tensor, Tensor, Tensor]] = kernel(torch.ops.aten.native_batch_norm_backward.default)


class BatchNorm:
    """y = gamma * x_hat + beta with x_hat = (x - mean) / sqrt(var + eps); mean and variance are over the batch.

    The batch's statistics depend on every sample, and the gradient goes through them. With G = dL/dy (B, C), per unit:

        dL/dbeta  = sum_i G_i
        dL/dgamma = sum_i G_i x_hat_i
        dL/dx     = gamma / sqrt(var + eps) * (G - mean_i(G_i) - x_hat * mean_i(G_i x_hat_i))

    The two means take out of G what only shifts all samples of a unit, or only scales them, because a normalized unit
    cannot change that way. ``norms.by_hand.batch_norm_backward`` has the six equations of the paper that this is the
    sum of. In evaluation mode the statistics are the running ones, thus constants: the two means are missing.

    Source: Ioffe & Szegedy 2015, sec. 3.

    Args:
        module: the layer whose parameters and running statistics are used.
    """

    def __init__(self, module: norms.BatchNorm) -> None:
        self.module = module
        self._parameters = module.weight, module.bias
        self._gamma = None if module.weight is None else module.weight.detach()
        self._beta = None if module.bias is None else module.bias.detach()
        self._running = module.running_mean, module.running_var, module.num_batches_tracked
        self._wanted = [True, module.weight is not None, module.bias is not None]

    def forward(self, x: Tensor) -> Tensor:
        """Return gamma * x_hat + beta, and update the running statistics in training mode."""
        mean, var, _ = self._running
        training = self.module.training
        factor = self._factor() if training else 0.0
        y, batch_mean, inverse_std = torch.native_batch_norm(
            x, self._gamma, self._beta, mean, var, training, factor, self.module.eps
        )
        self._kept = x, batch_mean, inverse_std, training
        self.y = y
        return y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return dL/dx; the gradients become dL/dgamma and dL/dbeta."""
        x, batch_mean, inverse_std, training = self._kept
        mean, var, _ = self._running
        grad_x, grad_gamma, grad_beta = _backward(
            grad_y, x, self._gamma, mean, var, batch_mean, inverse_std, training, self.module.eps, self._wanted
        )
        gamma, beta = self._parameters
        if gamma is not None:
            gamma.grad, beta.grad = grad_gamma, grad_beta
        return grad_x

    def _factor(self) -> float:
        """Count the batch, and return the weight that it has in the running statistics."""
        batches = self._running[2]
        assert batches is not None  # it is always tracked
        if (momentum := self.module.momentum) is None:
            return self.module.batch_count.next_factor(batches, None)
        batches.add_(1)
        return momentum
