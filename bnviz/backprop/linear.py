"""The linear layer and its gradients."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Linear:
    """y = x W^T + b, one row per sample: x (B, n_in), W (n_out, n_in), b (n_out,) or none.

    With G = dL/dy (B, n_out):

        dL/dW = G^T x      each weight meets its input once per sample
        dL/db = sum_i G_i  the bias is added to every sample
        dL/dx = G W        each input reaches the loss through all units

    So a step multiplies three times: once forward, twice backward. The first layer of a net needs no dL/dx.

    Source: Rumelhart, Hinton & Williams 1986, equations 5 to 7.

    Args:
        module: the layer whose parameters are used.
        is_first: whether the input is data, so that no gradient is passed back.
    """

    def __init__(self, module: nn.Linear, is_first: bool) -> None:
        self.module = module
        self._is_first = is_first
        self._parameters = module.weight, module.bias
        self._weight, self._transposed = module.weight.detach(), module.weight.detach().t()  # views, not copies
        self._bias = None if module.bias is None else module.bias.detach()

    def forward(self, x: Tensor) -> Tensor:
        """Return x W^T + b."""
        y = torch.mm(x, self._transposed) if self._bias is None else torch.addmm(self._bias, x, self._transposed)
        self._x, self.y = x, y
        return y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return dL/dx = G W; the gradients become dL/dW = G^T x and dL/db = sum_i G_i."""
        weight, bias = self._parameters
        weight.grad = torch.mm(grad_y.t(), self._x)
        if bias is not None:
            bias.grad = torch.sum(grad_y, 0)
        return grad_y if self._is_first else torch.mm(grad_y, self._weight)
