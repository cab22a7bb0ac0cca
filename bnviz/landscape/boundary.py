"""Decision boundaries: what every arm answers over a 2-D input space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from bnviz.config import InputError
from bnviz.telemetry.records import BoundaryRecord
from bnviz.training.evaluate import evaluation_mode


def decision_boundary(
    nets: Sequence[nn.Module],
    x_range: tuple[float, float],
    grid: int = 60,
    step: int = 0,
    y_range: tuple[float, float] | None = None,
) -> BoundaryRecord:
    """Return the class probabilities of every arm over a rectangle of inputs, in evaluation mode.

    Args:
        nets: the arms; input (B, 2), logits (B, C); left as they are.
        x_range: (low, high) of the first input.
        grid: points per axis.
        step: to be kept in the record.
        y_range: of the second input; by default the same.

    Raises:
        InputError: a range that is empty or not finite, or a grid of fewer than 2 points.
    """
    ranges = (x_range, y_range or x_range)
    for low, high in ranges:
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise InputError(f"a range must be two finite numbers, low before high, got {low} and {high}")
    if grid < 2:
        raise InputError(f"grid must be at least 2, got {grid}")
    xs, ys = (np.linspace(low, high, grid, dtype=np.float32) for low, high in ranges)
    inputs = torch.as_tensor(np.stack(np.meshgrid(xs, ys), -1).reshape(-1, 2))  # row by row
    probability = [_probabilities(net, inputs).view(-1, grid, grid).numpy() for net in nets]
    return BoundaryRecord(step, xs, ys, np.stack(probability).astype(np.float16))


def _probabilities(net: nn.Module, inputs: torch.Tensor) -> torch.Tensor:
    """Return (C, B)."""
    with evaluation_mode(net):
        logits: torch.Tensor = net(inputs.to(next(net.parameters()).device))
        return logits.softmax(1).T.contiguous().cpu()
