"""How often the one rule answers: by chance where nothing differs, and rightly where something does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bnviz.studies.rule import ALPHA, student_quantile

DRAWS = 40_000


@dataclass(frozen=True, slots=True)
class AnswerShares:
    """Shares 0..1 of answers to "the mean is above 0": "yes" and "no"; the rest is open."""

    yes: float
    no: float


@lru_cache(maxsize=256)
def answer_shares(seeds: int, effect: float, draws: int = DRAWS, skewed: bool = False) -> AnswerShares:
    """Simulate the rule on independent seeds.

    Args:
        seeds: numbers per draw, at least 2.
        effect: the true mean in standard deviations over seeds.
        draws: how often; the shares are off by at most about 0.5 / sqrt(draws).
        skewed: draw exponential numbers instead of normal ones: the worst that paired differences are likely to be.
    """
    random = np.random.default_rng(seeds)
    size = (draws, seeds)
    drawn = random.exponential(1.0, size) - 1 if skewed else random.normal(0.0, 1.0, size)
    numbers = drawn + effect
    mean, half = numbers.mean(1), numbers.std(1, ddof=1) * student_quantile(seeds - 1, 1 - ALPHA) / math.sqrt(seeds)
    return AnswerShares(float((mean - half > 0).mean()), float((mean + half < 0).mean()))
