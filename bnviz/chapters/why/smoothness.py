"""The smoothness of the loss along the current gradient, by a walk along it on a copy."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.array_types import Floats
from bnviz.chapters.why.covariate_shift import Loss
from bnviz.config import InputError
from bnviz.training.pace import pause_point

POINTS = 9
FACTORS = (0.5, 4.0)
"""First and last step length, in units of the learning rate (Santurkar et al. 2018, A.2.2, for VGG)."""


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Losses and gradients along the gradient g of theta, at theta - s g for K step lengths s.

    Attributes:
        lengths: (K,), step lengths s.
        losses: (K,), L(theta - s g).
        changes: (K,), norm(grad L(theta - s g) - g).
        loss: L(theta).
        norm: norm(g).
    """

    lengths: Floats
    losses: Floats
    changes: Floats
    loss: float
    norm: float

    @property
    def loss_range(self) -> tuple[float, float]:
        """Smallest and largest loss along the walk, "variation of the loss" (figure 4a)."""
        return float(self.losses.min()), float(self.losses.max())

    @property
    def change_range(self) -> tuple[float, float]:
        """Smallest and largest change of the gradient, "gradient predictiveness" (figure 4b)."""
        return float(self.changes.min()), float(self.changes.max())

    @property
    def distances(self) -> Floats:
        """Distance of each point from the start, norm(s g), (K,)."""
        return self.lengths * self.norm

    @property
    def beta_smoothness(self) -> float:
        """Largest change of the gradient divided by the distance, "effective" beta-smoothness (figure 4c)."""
        if self.norm == 0:
            return float("nan")
        return float((self.changes / self.distances).max())


def step_lengths(lr: float, n_points: int = POINTS, factors: tuple[float, float] = FACTORS) -> Floats:
    """Return geometrically spaced step lengths from ``factors[0] * lr`` to ``factors[1] * lr``, (n_points,)."""
    if not lr > 0 or n_points < 2:
        raise InputError(f"a walk needs a rate above 0 and at least 2 points, got {lr:g} and {n_points}")
    return np.asarray(np.geomspace(factors[0] * lr, factors[1] * lr, n_points))


def walk_along_gradient(net: nn.Module, loss: Loss, lengths: Sequence[float] | Floats) -> Walk:
    """Walk from a network's weights along its current gradient and measure loss and gradient on the way.

    The gradient is that of all parameters together, on the batch of ``loss``; the walk is a straight line,
    and training does not continue from any of its points. It uses copies that all start from the network's
    random state: weights, gradients, running statistics and random state of ``net`` do not change. Batch
    normalization is in the mode of ``net``; in training mode it uses the statistics of the batch at every point.

    Args:
        net: the network at the start of the walk, in training mode.
        loss: the loss of the batch of this step.
        lengths: step lengths s, all above 0.

    Source: Santurkar et al. 2018, section 3.1, figure 4 and appendix A.2.2.
    """
    lengths = np.asarray(lengths, np.float64)
    if lengths.size == 0 or not (lengths > 0).all():
        raise InputError("a walk needs step lengths above 0")
    start, gradient = _evaluate(net, loss, None, 0.0)
    rows = []
    for length in lengths:
        value, there = _evaluate(net, loss, gradient, float(length))
        rows.append((value, _norm([a - b for a, b in zip(there, gradient, strict=True)])))
    table = np.asarray(rows, np.float64).T
    return Walk(lengths, table[0], table[1], start, _norm(gradient))


def _evaluate(
    net: nn.Module, loss: Loss, direction: Sequence[Tensor] | None, length: float
) -> tuple[float, tuple[Tensor, ...]]:
    """Return loss and gradient of a copy at a displacement of -length * direction."""
    copy = deepcopy(net)
    parameters = [p for p in copy.parameters() if p.requires_grad]
    if direction is not None:
        with torch.no_grad():
            for parameter, way in zip(parameters, direction, strict=True):
                parameter.sub_(way, alpha=length)
    value = loss(copy)
    pause_point()
    return float(value.detach()), torch.autograd.grad(value, parameters)


def _norm(tensors: Sequence[Tensor]) -> float:
    """Return the l2 norm of all tensors together, in float64."""
    return float(torch.stack([t.detach().double().square().sum() for t in tensors]).sum().sqrt())
