"""A small Inception, for the experiments of the paper on small images."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from bnviz.config import RunConfig
from bnviz.nets.conv_net import ConvNet, LayerMaker, halved

MODULES = ((1, 2), (1, 1), (2, 2), (2, 1))
"""For each module: channels of a branch in units of the width, and the stride."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One Inception module: parallel branches whose channels are concatenated.

    Attributes:
        branches: layer numbers of each branch of convolutions, in forward order.
        pooled: layer numbers after the pooling; none in a module that halves rows and columns.
        stride: stride of the pooling and of the last convolution of each branch.
    """

    branches: tuple[tuple[int, ...], ...]
    pooled: tuple[int, ...]
    stride: int


class Inception(ConvNet):
    """Flat images (B, C * H * W) to logits (B, n_classes): a stem, four Inception modules, a head.

    The stem is a 3x3 convolution of stride 2, with local response normalization after it if config.lrn. Modules 2 and 4
    have the branches 1x1, 1x1-3x3, 1x1-5x5 and pooling-1x1 with equal numbers of channels; modules 1 and 3 halve rows
    and columns and have the branches 1x1-3x3, 1x1-5x5 and pooling. Global average pooling precedes the head, the only
    linear layer. With factorize, each 5x5 is two 3x3 with the same receptive field. In a recipe with a norm, each
    convolution has one before its nonlinearity.

    Source: Szegedy et al. 2015 with the changes of Ioffe & Szegedy 2015, sec. 4.2 and appendix, reduced to 32 x 32 with
    fewer channels.

    Args:
        config: the recipe; width is the number of the stem's channels.
        inputs: shape of a sample, (C, H, W).
        n_classes: number of logits.
        generator: source of the seeds, those of the head first.

    Raises:
        InputError: ``inputs`` is not the shape of an image.
    """

    def __init__(
        self, config: RunConfig, inputs: int | tuple[int, ...], n_classes: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        make = LayerMaker(self, config, inputs, generator)
        width, size = config.width, halved(make.size)
        make.add(make.channels, width, 3, make.size, stride=2)
        # Window, alpha and beta as in Krizhevsky et al. 2012 and GoogLeNet.
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
            branches = [self._branch(numbers, x) for numbers in plan.branches]
            x = torch.cat([*branches, self._branch(plan.pooled, pooled)], 1)
        return self.classify(x)

    def _branch(self, numbers: tuple[int, ...], x: Tensor) -> Tensor:
        for number in numbers:
            x = self.layer(number, x)
        return x


def _add_module(
    make: LayerMaker, n_in: int, each: int, size: tuple[int, int], stride: int, factorize: bool
) -> tuple[Plan, int]:
    """Make a module whose branches have ``each`` channels; return it and its number of output channels.

    The 1x1 convolutions before larger ones have half as many, so that the larger ones are cheap.
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
