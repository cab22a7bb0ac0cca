"""How often the one rule answers: by chance where nothing differs, and rightly where something does.

Everything here is simulated from numbers with a known mean; effects are in standard deviations over seeds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bnviz.studies.rule import ALPHA, student_quantile

DRAWS = 40_000
OUTLIERS = 0.1
"""Share of seeds that are outliers in ``outlier_shares``."""
OUTLIER_SIZE = 30.0
"""How far off they are, in standard deviations of the others."""


@dataclass(frozen=True, slots=True)
class AnswerShares:
    """Shares 0..1 of answers to "the mean is above 0": "yes" and "no"; the rest is open."""

    yes: float
    no: float


@lru_cache(maxsize=256)
def answer_shares(seeds: int, effect: float, draws: int = DRAWS, skewed: bool = False) -> AnswerShares:
    """Simulate the rule "more" on independent seeds.

    Args:
        seeds: numbers per draw, at least 2.
        effect: the true mean in standard deviations over seeds.
        draws: how often; the shares are off by at most about 0.5 / sqrt(draws).
        skewed: draw exponential numbers instead of normal ones: the worst that paired differences are likely to be.
    """
    mean, half = _intervals(seeds, effect, draws, skewed)
    return AnswerShares(float((mean - half > 0).mean()), float((mean + half < 0).mean()))


@lru_cache(maxsize=256)
def outlier_shares(seeds: int, draws: int = DRAWS) -> AnswerShares:
    """Simulate the rule "more" where the true mean is 0 and few seeds, all on one side, balance all others.

    A seed is off by ``OUTLIER_SIZE`` with probability ``OUTLIERS``; the others lie around -OUTLIERS * OUTLIER_SIZE. As
    long as no outlier is drawn, probability (1 - OUTLIERS)^seeds, nothing in the numbers tells that there are any.
    """
    random, size = np.random.default_rng(seeds), (draws, seeds)
    off = random.random(size) < OUTLIERS
    numbers = random.normal(0.0, 1.0, size) + OUTLIER_SIZE * (off - OUTLIERS)
    mean, half = _around(numbers)
    return AnswerShares(float((mean - half > 0).mean()), float((mean + half < 0).mean()))


@lru_cache(maxsize=256)
def equal_shares(seeds: int, effect: float, limit: float, draws: int = DRAWS) -> AnswerShares:
    """Simulate the rule "within" on independent normal seeds.

    Args:
        seeds: numbers per draw, at least 2.
        effect: the true mean in standard deviations over seeds.
        limit: of the rule, in the same unit.
        draws: how often.
    """
    mean, half = _intervals(seeds, effect, draws, skewed=False)
    inside = (mean - half >= -limit) & (mean + half <= limit)
    outside = (mean - half > limit) | (mean + half < -limit)
    return AnswerShares(float(inside.mean()), float(outside.mean()))


@lru_cache(maxsize=256)
def former_shares(seeds: int, effect: float, draws: int = DRAWS) -> AnswerShares:
    """Simulate the rule that the ledger had before: every seed beyond 0, and the mean further from it than one sd."""
    numbers = _numbers(seeds, effect, draws, skewed=False)
    mean, spread = numbers.mean(1), numbers.std(1, ddof=1)
    yes, no = (numbers.min(1) > 0) & (mean > spread), (numbers.max(1) < 0) & (mean < -spread)
    return AnswerShares(float(yes.mean()), float(no.mean()))


def _intervals(seeds: int, effect: float, draws: int, skewed: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and half the interval's length of each draw."""
    return _around(_numbers(seeds, effect, draws, skewed))


def _around(numbers: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    seeds = numbers.shape[1]
    return numbers.mean(1), numbers.std(1, ddof=1) * student_quantile(seeds - 1, 1 - ALPHA) / math.sqrt(seeds)


def _numbers(seeds: int, effect: float, draws: int, skewed: bool) -> NDArray[np.float64]:
    random, size = np.random.default_rng(seeds), (draws, seeds)
    drawn = random.exponential(1.0, size) - 1 if skewed else random.normal(0.0, 1.0, size)
    return np.asarray(drawn + effect)
