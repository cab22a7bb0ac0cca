"""Dropout and its gradient."""

from __future__ import annotations

from torch import Tensor

from bnviz.nets.dropout import SeededDropout


class Dropout:
    """y = x * m with a mask m (B, n) per batch: 0 with probability p, else 1 / (1 - p); in evaluation mode y = x.

    What was dropped has no part in the loss: dL/dx = dL/dy * m, with the same mask.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014.

    Args:
        module: the layer whose random generator draws the masks.
    """

    def __init__(self, module: SeededDropout) -> None:
        self.module = module
        self._mask: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Return x * m with a new mask."""
        self._mask = self.module.draw_mask(x)
        self.y = x if self._mask is None else x * self._mask
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return dL/dy * m."""
        return grad_y if self._mask is None else grad_y * self._mask
