"""Sick nets and their healthy twins: one builder per fault, used by tests, by the bench and by the clinic.

All learn handwritten digits at 14 x 14 pixels in about a second. A builder's seed decides weights and batches.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import torch
from torch import Tensor, nn

from bnviz.data import load_dataset
from bnviz.diagnosis.finding import Code

MEAN, DEVIATION = 0.13, 0.27
"""What the images are standardized with: about their mean and standard deviation over all pixels at 14 x 14."""
WIDTHS = (8, 16, 16)
STEPS, BATCH = 150, 64
Loader = list[tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True, eq=False)
class SickNet:
    """A net with one fault.

    Attributes:
        code: the fault.
        sick: the net with it.
        healthy: the same without it.
        loader: batches that neither of the nets was trained on, (images, labels).
        layer: the layer that a finding must name; "" for the whole model.
        channels: the channels that it must name; empty where the fault is of the layer.
        optimizer: of the sick net, where the fault shows only there.
        healthy_optimizer: of the healthy net.
        reference: a net that is right, where the fault shows only against it.
        healthy_loader: batches for the healthy net, where the fault is in the batches.
    """

    code: Code
    sick: nn.Module
    healthy: nn.Module
    loader: Loader
    layer: str = ""
    channels: tuple[int, ...] = ()
    optimizer: torch.optim.Optimizer | None = None
    healthy_optimizer: torch.optim.Optimizer | None = None
    reference: nn.Module | None = None
    healthy_loader: Loader | None = field(default=None)


class Block(nn.Module):
    """Convolution, normalization, rectifier."""

    def __init__(
        self, inputs: int, outputs: int, norm: nn.Module | None = None, stride: int = 1, bias: bool = False
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=bias)
        self.bn = nn.BatchNorm2d(outputs) if norm is None else norm

    def forward(self, x: Tensor) -> Tensor:
        """Return max(0, norm(conv(x)))."""
        return torch.relu(self.bn(self.conv(x)))


class DigitNet(nn.Module):
    """Three blocks and a linear head on the average over places; layers block1.bn, block2.bn, block3.bn."""

    def __init__(self, norm: Callable[[int], nn.Module] = nn.BatchNorm2d, bias: bool = False) -> None:
        super().__init__()
        self.block1 = Block(1, WIDTHS[0], norm(WIDTHS[0]), bias=bias)
        self.block2 = Block(WIDTHS[0], WIDTHS[1], norm(WIDTHS[1]), stride=2, bias=bias)
        self.block3 = Block(WIDTHS[1], WIDTHS[2], norm(WIDTHS[2]), bias=bias)
        self.head = nn.Linear(WIDTHS[2] * 4, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 10) of images (B, 1, 14, 14)."""
        maps = self.block3(self.block2(self.block1(x)))
        logits: Tensor = self.head(nn.functional.adaptive_avg_pool2d(maps, 2).flatten(1))
        return logits


@lru_cache(maxsize=1)
def digits() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return training images and labels, test images and labels: (N, 1, 14, 14), standardized."""
    data = load_dataset("mnist")
    train, test = ((nn.functional.avg_pool2d(x, 2) - MEAN) / DEVIATION for x in (data.x_train, data.x_test))
    return train, data.y_train, test, data.y_test


def held_out(seed: int = 0, batch: int = BATCH, batches: int = 8) -> Loader:
    """Return batches of test images in random order."""
    _, _, x, y = digits()
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(1000 + seed))[: batch * batches]
    return list(zip(torch.split(x[order], batch), torch.split(y[order], batch), strict=True))


def train(
    net: nn.Module, seed: int, *, steps: int = STEPS, batch: int = BATCH, lr: float = 0.01, accumulate: int = 1,
    change: Callable[[Tensor], Tensor] = lambda x: x, optimizer: torch.optim.Optimizer | None = None,
    after_step: Callable[[], object] = lambda: None,
) -> torch.optim.Optimizer:  # fmt: skip
    """Train a net in the mode in which it is, and return its optimizer (Adam by default)."""
    x, y, _, _ = digits()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr) if optimizer is None else optimizer
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        optimizer.zero_grad()
        for _ in range(accumulate):
            chosen = torch.randint(len(x), (batch,), generator=generator)
            loss = nn.functional.cross_entropy(net(change(x[chosen])), y[chosen])
            torch.autograd.backward(loss / accumulate)
        optimizer.step()
        after_step()
    optimizer.zero_grad()
    return optimizer


def built(make: Callable[[], nn.Module], seed: int) -> nn.Module:
    """Return a new net with the weights of a seed; torch's random state does not change."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


@lru_cache(maxsize=8)
def _trained(seed: int) -> DigitNet:
    net = built(DigitNet, seed)
    assert isinstance(net, DigitNet)
    train(net, seed)
    return net.eval()


def trained(seed: int = 0) -> DigitNet:
    """Return a healthy trained DigitNet in evaluation mode, a new copy at each call."""
    return copy.deepcopy(_trained(seed))


def not_finite(seed: int) -> SickNet:
    """NaN in two channels of block2.bn, as one overflow under AMP leaves it."""
    sick = trained(seed)
    statistics = sick.block2.bn
    assert isinstance(statistics, nn.BatchNorm2d)
    assert statistics.running_var is not None
    assert statistics.running_mean is not None
    statistics.running_var[[3, 7]] = torch.nan
    statistics.running_mean[3] = torch.nan
    return SickNet("not-finite", sick, trained(seed), held_out(seed), "block2.bn", (3, 7))


def stale_statistics(seed: int) -> SickNet:
    """block2.bn was trained with a momentum of 0.001: 150 updates leave 86 % of the initial 0 and 1."""
    sick = built(DigitNet, seed)
    assert isinstance(sick, DigitNet)
    sick.block2.bn.momentum = 0.001  # type: ignore[assignment]
    train(sick, seed)
    return SickNet("stale-statistics", sick.eval(), trained(seed), held_out(seed), "block2.bn")


SICK: dict[Code, Callable[[int], SickNet]] = {"not-finite": not_finite, "stale-statistics": stale_statistics}
"""A builder for every code, by seed."""
