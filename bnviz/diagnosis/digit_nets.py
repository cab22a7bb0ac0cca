"""Small nets that learn handwritten digits at 14 x 14 pixels in about a second; sick nets are made of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import torch
from torch import Tensor, nn

from bnviz.data import load_dataset
from bnviz.diagnosis.finding import Code

MEAN, DEVIATION = 0.13, 0.27
"""What the images are standardized with: about their mean and standard deviation over all pixels at 14 x 14."""
WIDTHS = (8, 16, 16)
STEPS, BATCH = 150, 64
Loader = list[tuple[Tensor, Tensor]]
Net = TypeVar("Net", bound=nn.Module)


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


def sorted_by_class(seed: int = 0, batch: int = 8, batches: int = 40) -> Loader:
    """Return batches of test images, each of one class; the classes take turns."""
    _, _, x, y = digits()
    generator = torch.Generator().manual_seed(1000 + seed)
    found = []
    for number in range(batches):
        of_class = (y == number % 10).nonzero().flatten()
        chosen = of_class[torch.randperm(len(of_class), generator=generator)[:batch]]
        found.append((x[chosen], y[chosen]))
    return found


def train(
    net: nn.Module, seed: int, *, steps: int = STEPS, batch: int = BATCH, lr: float = 0.01, accumulate: int = 1,
    change: Callable[[Tensor], Tensor] = lambda x: x, optimizer: torch.optim.Optimizer | None = None,
    after_step: Callable[[], object] = lambda: None,
) -> torch.optim.Optimizer:  # fmt: skip
    """Train a net in the mode in which it is, and return its optimizer (Adam by default).

    The learning rate falls linearly to 0, as in most recipes, so that the running statistics of a healthy net fit.
    """
    x, y, _, _ = digits()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr) if optimizer is None else optimizer
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # for dropout
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = lr * (1 - step / steps)
            optimizer.zero_grad()
            for _ in range(accumulate):
                chosen = torch.randint(len(x), (batch,), generator=generator)
                loss = nn.functional.cross_entropy(net(change(x[chosen])), y[chosen])
                torch.autograd.backward(loss / accumulate)
            optimizer.step()
            after_step()
    optimizer.zero_grad()
    return optimizer


def built(make: Callable[[], Net], seed: int) -> Net:
    """Return a new net with the weights of a seed; torch's random state does not change."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def norm_of(block: nn.Module) -> nn.BatchNorm2d:
    """Return the batch normalization of a block."""
    assert isinstance(block, Block)
    assert isinstance(block.bn, nn.BatchNorm2d)
    return block.bn


@lru_cache(maxsize=8)
def _trained(seed: int) -> DigitNet:
    net = built(DigitNet, seed)
    train(net, seed)
    return net.eval()


def trained(seed: int = 0) -> DigitNet:
    """Return a healthy trained DigitNet in evaluation mode, a new copy at each call."""
    return copy.deepcopy(_trained(seed))
