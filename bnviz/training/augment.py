"""Random brightness and contrast of training images, from the step's own seed."""

from __future__ import annotations

import torch
from torch import Tensor

_SEEDS = 1_000_003
"""A prime factor between seed and step, so that two runs do not share a sequence."""


def photometric_augment(x: Tensor, strength: float, seed: int, step: int) -> Tensor:
    """Return images with another brightness and contrast each, clipped to 0..1.

    x' = clip((x - mean) * c + mean + b) with c uniform in [1 - s, 1 + s] and b uniform in [-s / 2, s / 2] for
    every image, mean its own. A simple form of the photometric distortions that Ioffe & Szegedy 2015,
    sec. 4.2.1, reduce (theirs are Howard's 2013). The draws depend on seed and step only: arms with equal
    strength see equal pictures, and a resumed run goes on as if it had never stopped.

    Args:
        x: (B, D), values 0..1.
        strength: s, 0..1; 0 returns x itself.
        seed: of the run.
        step: updates made before this one.
    """
    if strength == 0:
        return x
    generator = torch.Generator().manual_seed(seed * _SEEDS + step)
    draws = torch.rand(2, len(x), 1, generator=generator).mul_(2).sub_(1).to(x.device) * strength
    mean = x.mean(1, keepdim=True)
    return ((x - mean) * (1 + draws[0]) + mean + draws[1] / 2).clamp_(0, 1)
