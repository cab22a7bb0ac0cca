"""Weight standardization: the weights are normalized, not the values."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


def standardize_weight(weight: Tensor, eps: float = 1e-5) -> Tensor:
    """Return (W - mean) / (std + eps), mean and biased std over each output unit's or filter's own weights.

    Args:
        weight: (D, n_in), or (D, n_in, kh, kw).
        eps: added to the standard deviation. A unit whose weights are all equal becomes 0, with gradient.

    Source: Qiao et al. 2019, sec. 3, with eps where the authors' code has it.
    """
    flat = weight.flatten(1)
    centered = flat - flat.mean(1, keepdim=True)
    # A norm, not the root of a mean: its gradient at 0 is 0, not NaN.
    std = torch.linalg.vector_norm(centered, dim=1, keepdim=True) / math.sqrt(flat.shape[1])
    standardized: Tensor = (centered / (std + eps)).view_as(weight)
    return standardized


def effective_weight(weight: Tensor, gain: float) -> Tensor:
    """Return gain / sqrt(fan_in) * standardized weight, with fan_in = n_in * kh * kw.

    Standardized weights alone have variance 1, so outputs would grow by sqrt(fan_in) in every layer. A group
    norm behind them takes any such factor out again (so weight_group is the published method up to the norm's
    eps); without one the factor keeps the size of the signal, as in Brock, De & Smith 2021.
    """
    return standardize_weight(weight) * (gain / math.sqrt(weight[0].numel()))


class StandardizedLinear(nn.Linear):
    """Linear layer (B, n_in) -> (B, n_out) with ``effective_weight(weight, gain)`` for its weight.

    Attributes:
        weight: (n_out, n_in), before standardization; the optimizer moves this one.
        gain: factor on the weights, 1 unless set (sqrt(2) keeps a signal's mean square through a ReLU).
    """

    gain: float = 1.0

    def forward(self, input: Tensor) -> Tensor:
        """Return x W^T + b with standardized W."""
        return nn.functional.linear(input, effective_weight(self.weight, self.gain), self.bias)


class StandardizedConv2d(nn.Conv2d):
    """Convolution (B, n_in, H, W) -> (B, n_out, H', W') with ``effective_weight(weight, gain)``.

    Attributes:
        weight: (n_out, n_in, kh, kw), before standardization; the optimizer moves this one.
        gain: factor on the weights, 1 unless set.
    """

    gain: float = 1.0

    def forward(self, input: Tensor) -> Tensor:
        """Return the convolution with standardized filters."""
        filters = effective_weight(self.weight, self.gain)
        out: Tensor = self._conv_forward(input, filters, self.bias)
        return out
