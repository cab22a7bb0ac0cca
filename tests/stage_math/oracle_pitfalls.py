"""The formulas of the pitfalls, by torch's own layers and optimizer."""

from __future__ import annotations

import torch
from golden_case import Case
from torch import nn


def cases() -> list[Case]:
    """Return each formula beside what torch does."""
    return [
        *(Case("epsilonRatio", [sd, eps, 1e-3], _epsilon(sd, eps)) for sd in (0.02, 1.0) for eps in (1e-5, 0.1)),
        *(Case("unbiasedFactor", [size], _unbiased(size)) for size in (2, 3, 64)),
        *(Case("shareReached", [m, n], _reached(m, n)) for m, n in ((0.1, 0), (0.1, 7), (0.99, 2), (1.0, 1))),
        *(Case("halvedMomentum", [m], _halved(m)) for m in (0.1, 0.5, 0.9)),
        *(Case("decayed", [0.1, wd, steps], _decayed(0.1, wd, steps)) for wd, steps in ((1e-2, 1000), (0.1, 3))),
    ]


def _epsilon(deviation: float, eps: float) -> float:
    x = torch.tensor([[1.0]], dtype=torch.float64)
    outputs = []
    for each in (eps, 1e-3):
        norm = nn.BatchNorm1d(1, eps=each, affine=False).double().eval()
        norm.running_var.fill_(deviation**2)  # type: ignore[union-attr,operator]
        outputs.append(norm(x).item())
    return outputs[0] / outputs[1]


def _unbiased(size: int) -> float:
    x = torch.arange(size, dtype=torch.float64)
    return (x.var(correction=1) / x.var(correction=0)).item()


def _reached(momentum: float, updates: int) -> float:
    norm = nn.BatchNorm1d(1, momentum=momentum, affine=False).double()
    for _ in range(updates):
        norm(torch.tensor([[0.0], [2.0]], dtype=torch.float64))  # mean 1; the running mean starts at 0
    assert norm.running_mean is not None
    return float(norm.running_mean.item())


def _halved(momentum: float) -> float:
    """By bisection: two updates with it reach as far as one with ``momentum``."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _reached(middle, 2) < momentum else (low, middle)
    return (low + high) / 2


def _decayed(rate: float, decay: float, steps: int) -> float:
    weight = nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([weight], lr=rate, weight_decay=decay)
    for _ in range(steps):
        weight.grad = torch.zeros_like(weight)
        optimizer.step()
    return float(weight.item())
