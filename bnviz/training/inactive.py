"""How much of a layer passes no gradient worth having."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.telemetry.saturation import SATURATED


def inactive_fraction(activation: str, output: Tensor) -> Tensor:
    """Return the idle share of a nonlinearity's outputs (K, U, n), one number a net, (K,).

    For sigmoid and tanh the share of values in the saturated region (``telemetry.saturation``), for relu the
    share of units that are 0 on all n samples; NaN for other nonlinearities.
    """
    limits = SATURATED.get(activation)
    if limits is not None:
        return ((output < limits.low) | (output > limits.high)).float().mean((1, 2))
    if activation == "relu":
        return (output == 0).all(2).float().mean(1)
    return torch.full((len(output),), float("nan"))
