"""Which channel a statistic belongs to: the order in which the running statistics fit the batch best."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bnviz.chapters.clinic.case import unchanged, use_batch
from bnviz.chapters.clinic.nets import norms

BETTER = 0.5
"""A layer is put in order only where that at least halves the distance."""


@torch.no_grad()
def reorder(net: nn.Module, x: Tensor) -> list[int]:
    """Put the vectors of every BN layer in the order that fits its input; returns the numbers of the layers changed.

    From the first layer on, because a layer in the wrong order spoils what all later ones see.
    """
    changed = []
    for number, norm in enumerate(norms(net)):
        mean, var = _batch_of(net, norm, x)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        distance = _distance(mean, var, norm.running_mean, norm.running_var)
        order = _best_order(distance)
        channels = torch.arange(len(order))
        if distance[channels, order].sum() > BETTER * distance[channels, channels].sum():
            continue
        for vector in (norm.weight.data, norm.bias.data, norm.running_mean, norm.running_var):
            vector.copy_(vector[order].clone())
        changed.append(number)
    return changed


def _batch_of(net: nn.Module, norm: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    seen: list[Tensor] = []
    hook = norm.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].movedim(1, -1).flatten(0, -2)))
    with unchanged(net):
        use_batch(net)
        net(x)
    hook.remove()
    return seen[0].mean(0), seen[0].var(0, correction=0)


def _distance(mean: Tensor, var: Tensor, running_mean: Tensor, running_var: Tensor) -> Tensor:
    """Return how badly each statistic (columns) fits each channel of the batch (rows): (C, C)."""
    z = (mean[:, None] - running_mean[None]) / (running_var[None] + 1e-5).sqrt()
    ratio = ((var[:, None] + 1e-5) / (running_var[None] + 1e-5)).log()
    return z.square() + ratio.square()


def _best_order(distance: Tensor) -> Tensor:
    """Return the statistic of each channel: the closest pair first, each taken once, then swaps while they help."""
    n = len(distance)
    order, left = torch.empty(n, dtype=torch.int64), distance.clone()
    for _ in range(n):
        at = int(left.argmin())
        row, column = at // n, at % n
        order[row] = column
        left[row], left[:, column] = float("inf"), float("inf")
    better = True
    while better:
        better = False
        for a in range(n):
            for b in range(a + 1, n):
                now = distance[a, order[a]] + distance[b, order[b]]
                if distance[a, order[b]] + distance[b, order[a]] < now - 1e-9:
                    order[a], order[b] = order[b].clone(), order[a].clone()
                    better = True
    return order
