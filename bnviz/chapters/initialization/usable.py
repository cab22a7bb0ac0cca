"""What a sweep says: which runs diverged or stalled, and the largest usable value of each arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.chapters.initialization.scale_sweep import Sweep

LEARNED = 0.5
"""A run has learned when its loss is below this share of the loss of guessing."""


@dataclass(frozen=True, slots=True)
class Usable:
    """The largest value of a sweep at which an arm still learns, over the seeds.

    Attributes:
        per_seed: one value a seed; NaN where no value of the sweep was usable.
        median: over the seeds.
        low: smallest over the seeds.
        high: largest over the seeds.
    """

    per_seed: tuple[float, ...]
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How the seeds of one arm ended, per value: each (K,), adding up to the number of seeds."""

    learned: npt.NDArray[np.int64]
    stalled: npt.NDArray[np.int64]
    diverged: npt.NDArray[np.int64]


def learned(sweep: Sweep) -> npt.NDArray[np.bool_]:
    """Tell (A, K, S) which runs ended below half of the loss of guessing; a diverged run did not."""
    with np.errstate(invalid="ignore"):
        return sweep.loss < LEARNED * sweep.chance


def outcomes(sweep: Sweep, arm: int) -> Counts:
    """Count how an arm's runs ended: learned, stalled (finite, but not learned), diverged (not finite)."""
    good, lost = learned(sweep)[arm].sum(1), np.isnan(sweep.loss[arm]).sum(1)
    return Counts(good, len(sweep.seeds) - good - lost, lost)


def largest_usable(sweep: Sweep, arm: int) -> Usable:
    """Return the largest value at which an arm learned, seed by seed, on the sweep's own grid."""
    values = np.asarray(sweep.values)
    found = tuple(float(values[row].max()) if row.any() else float("nan") for row in learned(sweep)[arm].T)
    return Usable(found, float(np.median(found)), float(np.min(found)), float(np.max(found)))


def usable_factor(sweep: Sweep, arm: int, other: int) -> Usable:
    """Return how many times larger the largest usable value of ``arm`` is than that of ``other``."""
    above, below = largest_usable(sweep, arm).per_seed, largest_usable(sweep, other).per_seed
    found = tuple(a / b for a, b in zip(above, below, strict=True))
    return Usable(found, float(np.median(found)), float(np.min(found)), float(np.max(found)))


def median_loss(sweep: Sweep, arm: int) -> Floats:
    """Return the median loss over the seeds per value (K,); a diverged run counts as infinite."""
    loss = np.where(np.isnan(sweep.loss[arm]), np.inf, sweep.loss[arm])
    return np.median(loss, axis=1)
