"""Nets and batches that are small enough to train in a test."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def norm_net() -> nn.Sequential:
    """Return 4 -> 6 -> 2 with batch normalization, the same weights at every call."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6, bias=False), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 2))


def samples(count: int) -> tuple[Tensor, Tensor]:
    """Return inputs (N, 4) and classes 0 or 1 (N,), the same at every call."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(count, 4, generator=generator)
    return x, (x[:, 0] > 0).long()


def state(model: nn.Module) -> dict[str, Tensor]:
    """Return copies of all parameters and buffers."""
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    """Return whether two states are bit-identical."""
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())
