"""Noisy batch normalization: BN whose output is shifted and scaled at random, differently at each step."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.norms.batch import BatchNorm


class NoisyBatchNorm(BatchNorm):
    """Batch normalization followed, in training only, by a <- s * a + m.

    At each step, each channel draws a center of shifts mu ~ U(-n_mu, n_mu) and of scales sigma ~ U(1, n_s). Then each
    value draws m ~ U(mu - r_mu, mu + r_mu) and s ~ N(sigma, r_s), with r_s as the standard deviation. Locations of
    feature maps are samples. Evaluation is plain BN. The noise comes from the norm's own generator: equal seeds give
    equal noise, and the global random state does not change.

    Args:
        num_features: C.
        seed: seed of the noise; the generator of a device is made at its first use.
        eps: added to the variance inside the root.
        momentum: weight of the new batch in the running statistics; None means the cumulative average.
        affine: whether gamma and beta are learned.
        n_mu: half-width of the centers of shifts.
        n_s: upper end of the centers of scales.
        r_mu: half-width of shifts around their center.
        r_s: standard deviation of scales around their center.

    Source: Santurkar et al. 2018, appendix A.2.1, algorithm 1, with its constants.
    """

    def __init__(
        self,
        num_features: int,
        seed: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        *,
        n_mu: float = 0.5,
        n_s: float = 1.25,
        r_mu: float = 0.1,
        r_s: float = 0.1,
    ) -> None:
        super().__init__(num_features, eps=eps, momentum=momentum, affine=affine)
        self.seed = seed
        self.n_mu, self.n_s, self.r_mu, self.r_s = n_mu, n_s, r_mu, r_s
        self._generator: torch.Generator | None = None

    def forward(self, input: Tensor) -> Tensor:
        """Normalize (B, C) or (B, C, H, W) and add the noise; only normalize in evaluation mode."""
        y = super().forward(input)
        if not self.training:
            return y
        generator = self._generator_on(y.device)
        mu, sigma = self._centers(y, generator)
        shift = _empty_like(y).uniform_(-self.r_mu, self.r_mu, generator=generator).movedim(-1, 1).add_(mu)
        scale = _empty_like(y).normal_(0, self.r_s, generator=generator).movedim(-1, 1).add_(sigma)
        return torch.addcmul(shift, scale, y)

    def _centers(self, y: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        shape = (self.num_features,) + (1,) * (y.dim() - 2)
        mu = y.new_empty(shape).uniform_(-self.n_mu, self.n_mu, generator=generator)
        return mu, y.new_empty(shape).uniform_(1, self.n_s, generator=generator)

    def _generator_on(self, device: torch.device) -> torch.Generator:
        if self._generator is None or self._generator.device != device:
            self._generator = torch.Generator(device).manual_seed(self.seed)
        return self._generator

    def extra_repr(self) -> str:
        """Show also the seed in the module's repr."""
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, seed={self.seed}"


def _empty_like(y: Tensor) -> Tensor:
    """Return an empty tensor for the noise of y, channels last like the maps: draws follow the memory order."""
    return y.new_empty(y.movedim(1, -1).shape)
