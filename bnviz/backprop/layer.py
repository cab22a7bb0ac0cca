"""Layer: what backpropagation needs of one layer, its output and the gradient that it passes back."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor, nn


class Layer(Protocol):
    """One layer y = f(x; w) in training, with the values that its backward pass needs.

    Backpropagation is the chain rule from the last layer to the first. A layer is given dL/dy, the gradient of the loss
    with respect to its output. It writes dL/dw into ``.grad`` of its parameters and returns dL/dx, which is dL/dy of
    the layer before it.

    Source: Rumelhart, Hinton & Williams 1986.
    """

    @property
    def module(self) -> nn.Module:
        """The module of torch that computes the same; the layer uses its parameters and buffers."""

    @property
    def y(self) -> Tensor:
        """Output of the last forward pass, (B, n_out)."""

    def forward(self, x: Tensor) -> Tensor:
        """Return y (B, n_out) for x (B, n_in), and keep what ``backward`` needs."""

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return dL/dx (B, n_in) for dL/dy (B, n_out); the parameters' ``.grad`` becomes dL/dw."""
