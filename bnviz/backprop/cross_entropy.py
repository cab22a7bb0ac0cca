"""The loss of a classifier and its gradient."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.backprop.below_autograd import kernel

_nll_forward = kernel(torch.ops.aten.nll_loss_forward.default)
_nll_backward = kernel(torch.ops.aten.nll_loss_backward.default)
_MEAN = 1
"""ATen's number of the reduction "mean"."""
_IGNORED = -100
"""The class that torch leaves out of the mean; no data set has it."""


class CrossEntropy:
    """L = -mean_i log p_i(y_i), with the softmax p_ik = exp(z_ik) / sum_j exp(z_ij) of logits z (B, K).

    The gradient of a sample's logits is what the net says minus what is true:

        dL/dz_ik = (p_ik - [k = y_i]) / B

    It is computed as torch does, in two steps: dL/dlog p, then through the logarithm of the softmax.
    """

    def __init__(self) -> None:
        self._one: Tensor | None = None  # dL/dL, made once

    def forward(self, z: Tensor, y: Tensor) -> Tensor:
        """Return L, ()."""
        self._y, self._log_p = y, torch.log_softmax(z, 1)
        loss: Tensor
        loss, self._weight = _nll_forward(self._log_p, y, None, _MEAN, _IGNORED)
        if self._one is None:
            self._one = torch.ones_like(loss)
        return loss

    def backward(self) -> Tensor:
        """Return dL/dz (B, K)."""
        log_p = self._log_p
        grad_log_p = _nll_backward(self._one, log_p, self._y, None, _MEAN, _IGNORED, self._weight)
        grad_z: Tensor = torch._log_softmax_backward_data(grad_log_p, log_p, 1, log_p.dtype)
        return grad_z
