"""The nets of the clinic: six convolutions with BN and ReLU, a mean over all pixels, and a linear layer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import Tensor, nn

WIDTHS = (8, 8, 16, 16, 24, 24)
STRIDES = (2, 1, 2, 1, 1, 1)
CLASSES = 10


@dataclass(frozen=True, slots=True)
class NetRecipe:
    """How a net differs from the plain one.

    Attributes:
        channels: of the images.
        momentum: of every BN layer, in PyTorch's convention: the share of the new value.
        eps: of every BN layer.
        tracked: whether BN keeps running statistics.
        input_norm: BN of the images themselves, without gamma and beta.
        pooled_norm: BN after the mean over all pixels, where a channel has one value per image.
        dropout: chance to drop a whole map before each of the last three convolutions; 0 for no dropout.
    """

    channels: int = 1
    momentum: float = 0.1
    eps: float = 1e-5
    tracked: bool = True
    input_norm: bool = False
    pooled_norm: bool = False
    dropout: float = 0.0


def build(recipe: NetRecipe, seed: int) -> nn.Sequential:
    """Return a net with fresh weights: (B, channels, 28, 28) images to (B, 10) logits."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(OrderedDict(_parts(recipe)))


def _parts(recipe: NetRecipe) -> list[tuple[str, nn.Module]]:
    settings = {"eps": recipe.eps, "momentum": recipe.momentum, "track_running_stats": recipe.tracked}
    parts: list[tuple[str, nn.Module]] = []
    if recipe.input_norm:
        parts.append(("bn0", nn.BatchNorm2d(recipe.channels, affine=False, **settings)))  # type: ignore[arg-type]
    inputs = recipe.channels
    for number, (width, stride) in enumerate(zip(WIDTHS, STRIDES, strict=True), start=1):
        if recipe.dropout and number > len(WIDTHS) - 3:
            parts.append((f"dropout{number}", nn.Dropout2d(recipe.dropout)))
        parts += [
            (f"conv{number}", nn.Conv2d(inputs, width, 3, stride, padding=1, bias=False)),
            (f"bn{number}", nn.BatchNorm2d(width, **settings)),  # type: ignore[arg-type]
            (f"relu{number}", nn.ReLU()),
        ]
        inputs = width
    parts += [("pool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten())]
    if recipe.pooled_norm:
        parts.append(("bn7", nn.BatchNorm1d(inputs, **settings)))  # type: ignore[arg-type]
    return [*parts, ("head", nn.Linear(inputs, CLASSES))]


def norms(net: nn.Module) -> list[nn.BatchNorm2d | nn.BatchNorm1d]:
    """Return every BN layer of a net, in its order."""
    return [module for module in net.modules() if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d)]


def statistics(net: nn.Module) -> dict[str, Tensor]:
    """Return copies of all buffers of a net."""
    return {name: value.clone() for name, value in net.named_buffers()}


def put_statistics(net: nn.Module, kept: dict[str, Tensor]) -> None:
    """Put back what ``statistics`` returned."""
    for name, value in net.named_buffers():
        value.copy_(kept[name])


def generator_for(seed: int) -> torch.Generator:
    """Return a generator of its own for a seed."""
    return torch.Generator().manual_seed(seed)
