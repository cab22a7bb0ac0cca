"""The momentum of running averages: the two conventions, and the number of steps until an average settles."""

from __future__ import annotations

import math

from bnviz.config import InputError


def to_keras(momentum: float) -> float:
    """Return 1 - m: the momentum in Keras (weight of the OLD value) for m in PyTorch (weight of the NEW batch)."""
    return round(1.0 - momentum, 12)


def settle_steps(momentum: float, share: float = 0.05) -> float:
    """Return the n with (1 - m)^n = share: n = ln(share) / ln(1 - m), not rounded; 1 when m is 1.

    Args:
        momentum: weight of the new batch, above 0 and at most 1.
        share: share of the initial gap that remains.

    Raises:
        InputError: momentum or share is out of its range.
    """
    if not (0.0 < momentum <= 1.0 and 0.0 < share < 1.0):
        raise InputError(f"momentum must be in (0, 1] and share in (0, 1), got {momentum} and {share}")
    return 1.0 if momentum == 1.0 else math.log(share) / math.log1p(-momentum)
