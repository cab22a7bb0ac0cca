"""Dropout with its own random generator."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SeededDropout(nn.Dropout):
    """Zero each activation with probability p in training and scale the rest by 1 / (1 - p).

    The masks come from the layer's own generator: twins of the same seed have the same masks, and the global random
    state does not change.

    Args:
        p: probability of zeroing, 0 <= p < 1.
        seed: seed of the masks; the generator of a device is made at its first use.
    """

    def __init__(self, p: float, seed: int) -> None:
        super().__init__(p)
        self.seed = seed
        self._generator: torch.Generator | None = None

    def forward(self, input: Tensor) -> Tensor:
        """Return the input with a new mask in training, the input itself in evaluation mode."""
        mask = self.draw_mask(input)
        return input if mask is None else input * mask

    def draw_mask(self, like: Tensor) -> Tensor | None:
        """Return a new mask for a tensor: 0 with probability p, else 1 / (1 - p); None if nothing is dropped."""
        if not self.training or self.p == 0:
            return None
        keep = torch.empty_like(like).bernoulli_(1 - self.p, generator=self._generator_on(like.device))
        return keep.div_(1 - self.p)

    def _generator_on(self, device: torch.device) -> torch.Generator:
        if self._generator is None or self._generator.device != device:
            self._generator = torch.Generator(device).manual_seed(self.seed)
        return self._generator

    def extra_repr(self) -> str:
        """Show p and the seed in the module's repr."""
        return f"p={self.p}, seed={self.seed}"
