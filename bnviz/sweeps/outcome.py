"""The outcome of a net: the rule behind the colors of the survival map."""

from __future__ import annotations

import math

OUTCOMES = ("converged", "slow", "stalled", "saturated", "diverged")

LEARNED, STARTED, INACTIVE = 0.8, 0.1, 0.5
"""Bounds of the rule, printed beside every map."""


def outcome_of(accuracy: float, chance: float, idle: float, diverged: int | None) -> str:
    """Return one of OUTCOMES, by the share of the learnable that a net learned.

    With p = (accuracy - chance) / (1 - chance):

    - diverged: a loss was not finite, at any step
    - converged: p >= 0.8
    - slow: 0.1 <= p < 0.8
    - saturated: p < 0.1, and more than half of the hidden values are idle (``StackedNets.inactive_fraction``)
    - stalled: p < 0.1 otherwise

    Args:
        accuracy: on test data in evaluation mode, 0..1.
        chance: accuracy of guessing.
        idle: share of idle hidden values; NaN where the nonlinearity has none.
        diverged: step, or None.
    """
    if diverged is not None or not math.isfinite(accuracy):
        return "diverged"
    learned = (accuracy - chance) / (1 - chance)
    if learned >= LEARNED:
        return "converged"
    if learned >= STARTED:
        return "slow"
    return "saturated" if idle > INACTIVE else "stalled"
