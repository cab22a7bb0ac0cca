"""Brightness and contrast of images: random changes in training, and a fixed shift for tests."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.telemetry.transfer import to_device

_SEEDS = 1_000_003
"""A prime that multiplies the seed, so that runs of different seeds do not share a sequence."""


def photometric_augment(x: Tensor, strength: float, seed: int, step: int) -> Tensor:
    """Return images with a random brightness and contrast each, clipped to 0..1.

    x' = clip((x - mean) * c + mean + b) with c uniform in [1 - s, 1 + s] and b uniform in [-s / 2, s / 2] for
    each image, and mean the image's own. This is a simple form of the photometric distortions of Howard 2013, which
    Ioffe & Szegedy 2015, sec. 4.2.1, reduce. The draws depend only on seed and step: arms of equal strength are
    trained on equal images, and a resumed run gives the same numbers as an uninterrupted one.

    Args:
        x: (B, D), values 0..1.
        strength: s, 0..1; 0 returns x itself.
        seed: seed of the run.
        step: number of updates before this one.
    """
    if strength == 0:
        return x
    generator = torch.Generator().manual_seed(seed * _SEEDS + step)
    draws = to_device(torch.rand(2, len(x), 1, generator=generator).mul_(2).sub_(1), x.device) * strength
    mean = x.mean(1, keepdim=True)
    return ((x - mean) * (1 + draws[0]) + mean + draws[1] / 2).clamp_(0, 1)


def brightened(x: Tensor, shift: float) -> Tensor:
    """Return images with ``shift`` added to each pixel, clipped to 0..1."""
    return (x + shift).clamp(0.0, 1.0)
