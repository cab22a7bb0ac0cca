"""RunConfig -> a small Inception, for the experiments of the paper at our size."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from bnviz.config import RunConfig
from bnviz.nets.conv_net import ConvNet, LayerMaker, halved

MODULES = ((1, 2), (1, 1), (2, 2), (2, 1))
"""Channels of a branch in units of the width, and stride, of each module."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One Inception module: branches side by side, their channels joined.

    Attributes:
        branches: layer numbers of the branches of convolutions, each in forward order.
        pooled: layer numbers behind the pooling; none in a module that halves the places.
        stride: of the last convolution of each branch and of the pooling.
    """

    branches: tuple[tuple[int, ...], ...]
    pooled: tuple[int, ...]
    stride: int


class Inception(ConvNet):
    """Flat images (B, C * H * W) to logits (B, n_classes): a stem, four Inception modules, a head.

    Stem: 3x3 convolution of stride 2, then local response normalization if config.lrn. Modules 2 and 4 have
    branches 1x1, 1x1-3x3, 1x1-5x5 and pooling-1x1 of equal channels; modules 1 and 3 halve the places and
    have branches 1x1-3x3, 1x1-5x5 and pooling alone. Global average pooling, then the head: no linear layer
    but the softmax's. With factorize every 5x5 is two 3x3, which see the same places. Where there are norms,
    every convolution has one, in front of its nonlinearity.

    Source: the plan of Szegedy et al. 2015 with the changes of Ioffe & Szegedy 2015, sec. 4.2 and appendix,
    cut down to 32 x 32; the numbers of channels are ours.

    Args:
        config: the recipe; width is the number of the stem's channels.
        inputs: shape of a sample, (C, H, W).
        n_classes: number of logits.
        generator: source of the layers' seeds, the head's first.

    Raises:
        InputError: when inputs is not the shape of an image.
    """

    def __init__(
        self, config: RunConfig, inputs: int | tuple[int, ...], n_classes: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        make = LayerMaker(self, config, inputs, generator)
        width, size = config.width, halved(make.size)
        make.add(make.channels, width, 3, make.size, stride=2)
        # Window, alpha and beta as in Krizhevsky et al. 2012, which GoogLeNet took over.
        self.lrn = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75) if config.lrn else None
        plans = []
        n_in = width
        for factor, stride in MODULES:
            plan, n_in = _add_module(make, n_in, factor * width, size, stride, config.factorize)
            plans.append(plan)
            size = halved(size) if stride == 2 else size
        self.plans = tuple(plans)
        make.add_head(n_in, n_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (B, n_classes) of flat images."""
        x = self.layer(1, self.image(x))
        if self.lrn is not None:
            x = self.lrn(x)
        for plan in self.plans:
            pooled = functional.max_pool2d(x, 3, plan.stride, 1)
            branches = [self._follow(numbers, x) for numbers in plan.branches]
            x = torch.cat([*branches, self._follow(plan.pooled, pooled)], 1)
        return self.classify(x)

    def _follow(self, numbers: tuple[int, ...], x: Tensor) -> Tensor:
        for number in numbers:
            x = self.layer(number, x)
        return x


def _add_module(
    make: LayerMaker, n_in: int, each: int, size: tuple[int, int], stride: int, factorize: bool
) -> tuple[Plan, int]:
    """Make a module whose branches give ``each`` channels; return it and how many channels it gives.

    The 1x1 convolutions in front of larger ones give half as many, so that the large ones stay cheap.
    """
    fewer = max(1, each // 2)

    def branch(*layers: tuple[int, int]) -> tuple[int, ...]:
        numbers: list[int] = []
        channels = n_in
        for kernel, n_out in layers:
            last = len(numbers) == len(layers) - 1
            numbers.append(make.add(channels, n_out, kernel, size, stride if last else 1))
            channels = n_out
        return tuple(numbers)

    wide = ((3, each), (3, each)) if factorize else ((5, each),)
    if stride == 2:
        return Plan((branch((1, fewer), (3, each)), branch((1, fewer), *wide)), (), stride), n_in + 2 * each
    branches = branch((1, each)), branch((1, fewer), (3, each)), branch((1, fewer), *wide)
    return Plan(branches, branch((1, each)), stride), 4 * each
