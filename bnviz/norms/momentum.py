"""The momentum of running averages: two conventions, and how long an average takes to settle."""

from __future__ import annotations

import math

from bnviz.config import InputError


def to_keras(momentum: float) -> float:
    """Return Keras' momentum (weight of the OLD value) for PyTorch's (weight of the NEW batch): 1 - m."""
    return round(1.0 - momentum, 12)


def settle_steps(momentum: float, share: float = 0.05) -> float:
    """Return the n with (1 - m)^n = share: n = ln(share) / ln(1 - m), not rounded; 1 when m is 1.

    Args:
        momentum: weight of the new batch, above 0 and at most 1.
        share: what is left of the first gap.

    Raises:
        InputError: a momentum or share outside its range.
    """
    if not (0.0 < momentum <= 1.0 and 0.0 < share < 1.0):
        raise InputError(f"momentum must be in (0, 1] and share in (0, 1), got {momentum} and {share}")
    return 1.0 if momentum == 1.0 else math.log(share) / math.log1p(-momentum)
