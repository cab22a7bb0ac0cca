"""Toy sets: two classes of points in a plane; every machine generates the same points."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from bnviz.data.dataset import Dataset

N_TRAIN, N_TEST = 1000, 500
# After scaling (mean 0, one common scale for both axes, mean square 1) every point is in [-RANGE, RANGE]^2.
RANGE = 3.0

Points = tuple[Tensor, Tensor]


def _noise(n: int, std: float, generator: Generator) -> Tensor:
    return std * torch.randn(n, 2, generator=generator)


def _polar(radius: Tensor, angle: Tensor) -> Tensor:
    return torch.stack((radius * torch.cos(angle), radius * torch.sin(angle)), dim=1)  # (n, 2)


def spirals(n: int, generator: Generator) -> Points:
    """Two arms, half a turn apart: radius t, angle 3.5 pi t + pi y, t from 0.05 to 1."""
    y = torch.arange(n) % 2
    t = 0.05 + 0.95 * torch.rand(n, generator=generator)
    return _polar(t, 3.5 * math.pi * t + math.pi * y) + _noise(n, 0.02, generator), y


def moons(n: int, generator: Generator) -> Points:
    """Two interleaved half circles of radius 1; the second is turned over and moved by (1, 0.5)."""
    y = torch.arange(n) % 2
    upper = _polar(torch.ones(n), math.pi * torch.rand(n, generator=generator))
    lower = torch.tensor([1.0, 0.5]) - upper
    return torch.where(y[:, None] == 0, upper, lower) + _noise(n, 0.12, generator), y


def circles(n: int, generator: Generator) -> Points:
    """A ring of radius 1 (class 0) around one of radius 0.5 (class 1)."""
    y = torch.arange(n) % 2
    return _polar(1 - 0.5 * y, 2 * math.pi * torch.rand(n, generator=generator)) + _noise(n, 0.08, generator), y


def xor(n: int, generator: Generator) -> Points:
    """Four squares of side 0.9; class 1 where exactly one coordinate is negative."""
    quadrant = torch.arange(n) % 4
    sign = torch.stack((1 - 2 * (quadrant % 2), 1 - 2 * (quadrant // 2)), dim=1)
    square = sign * (0.1 + 0.9 * torch.rand(n, 2, generator=generator))
    return square + _noise(n, 0.05, generator), (quadrant % 2) ^ (quadrant // 2)


TOYS: dict[str, Callable[[int, Generator], Points]] = {
    "spirals": spirals,
    "moons": moons,
    "circles": circles,
    "xor": xor,
}


def load_toy(name: str) -> Dataset:
    """Generate a toy set: 1,000 training and 500 test points, balanced, always the same.

    Both coordinates have one scale, which preserves angles: x <- (x - mean) / s, with s^2 the mean square of both.
    """
    generator = torch.Generator().manual_seed(0)
    n = N_TRAIN + N_TEST
    x, y = TOYS[name](n, generator)
    # The classes alternate, so both parts are balanced before they are shuffled.
    train = torch.randperm(N_TRAIN, generator=generator)
    test = N_TRAIN + torch.randperm(N_TEST, generator=generator)
    x = x - x.mean(dim=0)
    x = x / x.square().mean().sqrt()
    source = f"generated: {name}, {N_TRAIN:,} training and {N_TEST:,} test points with noise"
    return Dataset(name, x[train], y[train], x[test], y[test], ("0", "1"), source)
