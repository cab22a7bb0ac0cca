"""What a sweep says: which runs diverged or stalled, and the largest usable value of each arm."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bnviz.chapters.initialization.results import FieldSweep, LargestUsable, OutcomeCounts

LEARNED = 0.5
"""A run has learned when its loss is below this share of the loss of guessing."""


def learned(sweep: FieldSweep) -> npt.NDArray[np.bool_]:
    """Tell (A, K, S) which runs ended below half of the loss of guessing; a diverged run did not."""
    with np.errstate(invalid="ignore"):
        return sweep.loss < LEARNED * sweep.chance


def outcomes(sweep: FieldSweep, arm: int) -> OutcomeCounts:
    """Count how an arm's runs ended: learned, stalled (finite, but not learned), diverged (not finite)."""
    good, lost = learned(sweep)[arm].sum(1), np.isnan(sweep.loss[arm]).sum(1)
    return OutcomeCounts(good, len(sweep.seeds) - good - lost, lost)


def largest_usable(sweep: FieldSweep, arm: int) -> LargestUsable:
    """Return the largest value at which an arm learned, seed by seed, on the sweep's own grid."""
    values = np.asarray(sweep.values)
    found = tuple(float(values[row].max()) if row.any() else float("nan") for row in learned(sweep)[arm].T)
    return LargestUsable(found, float(np.median(found)), float(np.min(found)), float(np.max(found)))


def usable_factor(sweep: FieldSweep, arm: int, other: int) -> LargestUsable:
    """Return how many times larger the largest usable value of ``arm`` is than that of ``other``."""
    above, below = largest_usable(sweep, arm).per_seed, largest_usable(sweep, other).per_seed
    found = tuple(a / b for a, b in zip(above, below, strict=True))
    return LargestUsable(found, float(np.median(found)), float(np.min(found)), float(np.max(found)))
