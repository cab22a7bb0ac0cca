"""The noise of batch statistics, by the chapter on regularization and by counting every possible batch."""

from __future__ import annotations

import itertools
import math

import numpy as np
from golden_case import Case, draws
from oracle_random import indices, mulberry32, random_cases

from bnviz.chapters.regularization.batch_noise import sd_of_mean


def cases() -> list[Case]:
    """Return standard errors of independent values and of draws from ten values."""
    population = draws(10).normal(2, 3, 10)
    return [
        *(Case("standardErrorOfMean", [1.0, size], sd_of_mean(size)) for size in (1, 2, 60, 1024)),
        *(
            Case("standardErrorOfMean", [population.std(), size, 10], _spread_of_means(population, size))
            for size in (1, 3, 7, 10)
        ),
        *(Case("finiteCorrection", [size, 10], _correction(population, size)) for size in (1, 3, 7, 10)),
        *(Case("relativeErrorOfDeviation", [size], _error_of_deviation(size)) for size in (2, 3, 4, 9, 60, 1024)),
        *(
            Case("drawBatch", [population, 4, seed], [population[i] for i in indices(10, 4, mulberry32(seed))])
            for seed in (0, 1, 2)
        ),
        *random_cases()[::5],
    ]


def _spread_of_means(population: np.ndarray, size: int) -> float:
    """Return the standard deviation of the mean over all batches of different members."""
    return float(np.std([np.mean(batch) for batch in itertools.combinations(population, size)]))


def _correction(population: np.ndarray, size: int) -> float:
    return _spread_of_means(population, size) / (population.std() * sd_of_mean(size))


def _error_of_deviation(size: int) -> float:
    """Return sd(s) / E(s) with E(s^2) = 1 and E(s) by numerical integration of the chi distribution's density."""
    k = size - 1
    x = np.linspace(1e-9, math.sqrt(k) + 12, 400_001)
    log_density = (k - 1) * np.log(x) - x * x / 2 - (k / 2 - 1) * math.log(2) - math.lgamma(k / 2)
    mean = float(np.trapezoid(x * np.exp(log_density), x)) / math.sqrt(k)
    return math.sqrt(1 / mean**2 - 1)
