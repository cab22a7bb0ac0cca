"""The loss on a plane: checks, and the choice between the fast way and the general one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.array_types import Floats32
from bnviz.config import InputError
from bnviz.landscape.plain import Direction, plain_losses
from bnviz.landscape.stacked import is_mlp, stacked_losses
from bnviz.norms.noisy import NoisyBatchNorm
from bnviz.training.permits import CorePermits

BN_STATS = ("batch", "running")


def evaluate_plane(
    net: nn.Module,
    x: Tensor,
    y: Tensor,
    directions: tuple[Direction, Direction],
    xs: Sequence[float] | Floats32,
    ys: Sequence[float] | Floats32,
    bn_stats: str = "batch",
    on_chunk: Callable[[], None] = lambda: None,
    permits: CorePermits | None = None,
) -> Floats32:
    """Return f(a, b) = mean cross-entropy of the net at theta + a d1 + b d2, for a in xs and b in ys.

    The net is left as it is: parameters, buffers, training flags. Dropout is off.

    Args:
        net: any module that returns logits (B, C).
        x: inputs (B, ...), on the net's device.
        y: classes (B,), int64.
        directions: two maps from parameter name to a tensor of its shape; parameters they leave out stay.
        xs: coordinates along the first direction.
        ys: coordinates along the second.
        bn_stats: statistics of its BN layers: of this "batch", or the "running" ones of training.
        on_chunk: called between chunks of work; may wait, or raise to give up.
        permits: cores that may help, on a CPU; the numbers are those of one thread. Of a module that is no mlp, each
            has a copy with the same tensors.

    Returns:
        float32 (len(ys), len(xs)); not finite where the loss is not.
    """
    if bn_stats not in BN_STATS:
        raise InputError(f"bn_stats must be one of {', '.join(BN_STATS)}, got {bn_stats!r:.80}")
    if len(x) == 0 or len(x) != len(y):
        raise InputError(f"a loss surface needs as many inputs as classes, got {len(x)} and {len(y)}")
    columns, rows = torch.as_tensor(np.asarray(xs, np.float32)), torch.as_tensor(np.asarray(ys, np.float32))
    points = torch.cartesian_prod(rows, columns).flip(1).reshape(-1, 2)  # row by row, (a, b)
    if x.device.type != "cpu" or any(isinstance(module, NoisyBatchNorm) for module in net.modules()):
        permits = None  # noise comes in the order of the points
    if is_mlp(net):
        assert isinstance(net, nn.Sequential)  # is_mlp says so
        losses = stacked_losses(net, x, y, directions, points, bn_stats, on_chunk, permits)
    else:
        losses = plain_losses(net, x, y, directions, points, bn_stats, on_chunk, permits)
    return losses.view(len(rows), len(columns)).numpy()
