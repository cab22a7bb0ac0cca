"""One image with changing batch-mates: predictions in training mode and in evaluation mode."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.array_types import Floats
from bnviz.chapters.inference.results import BatchDependence
from bnviz.config import InputError


def batch_dependence(
    net: nn.Module, x: Tensor, image: int, label: int, sizes: Sequence[int], n_draws: int
) -> BatchDependence:
    """Put one image into many batches and record its predictions.

    The batch-mates of draw k come from a generator with seed k; a larger batch contains those of a smaller one.

    Args:
        net: (B, D) to logits (B, C); left as it is.
        x: (N, D), the image and its possible batch-mates.
        image: row of the image.
        label: its class.
        sizes: batch sizes, the image included.
        n_draws: sets of batch-mates.

    Raises:
        InputError: a batch larger than x, or fewer than one draw.
    """
    if n_draws < 1 or not sizes or not 1 <= min(sizes) <= max(sizes) <= len(x):
        raise InputError(f"batches must have 1 to {len(x)} samples and n_draws be positive")
    order = [_mates(len(x), image, max(sizes) - 1, draw) for draw in range(n_draws)]
    batches = [[torch.cat([torch.tensor([image]), mates[: size - 1]]) for mates in order] for size in sizes]
    return BatchDependence(
        label,
        tuple(sizes),
        _probabilities(net, x, batches, training=True),
        _probabilities(net, x, batches, training=False),
    )


def rank_by_confidence(net: nn.Module, x: Tensor, count: int) -> tuple[int, ...]:
    """Return rows of x from the least to the most confident prediction, evenly spaced over the ranks.

    Confidence is the largest probability in evaluation mode.
    """
    with torch.no_grad():
        surest = copy.deepcopy(net).eval()(x).softmax(1).max(1).values
    order = surest.argsort(stable=True)
    return tuple(int(order[int(rank)]) for rank in np.linspace(0, len(x) - 1, count))


def _mates(count: int, image: int, wanted: int, seed: int) -> Tensor:
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    return order[order != image][:wanted]


def _probabilities(net: nn.Module, x: Tensor, batches: Sequence[Sequence[Tensor]], training: bool) -> Floats:
    made = copy.deepcopy(net).train(training)  # running statistics change in training mode; the caller's must not
    with torch.no_grad():
        rows = [[made(x[indices])[0].double().softmax(0).numpy() for indices in row] for row in batches]
    return np.array(rows, np.float64)
