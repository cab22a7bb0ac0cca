"""The noise of batch statistics: the spread of mean and variance of a batch, and of x_hat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from bnviz.array_types import Floats
from bnviz.chapters.regularization.results import Jitter, StatisticNoise

SIZES = (2, 4, 8, 16, 32, 64, 128, 256)


def sd_of_mean(size: int) -> float:
    """Return the standard deviation of the mean of m values of variance 1: 1 / sqrt(m)."""
    return float(1 / np.sqrt(size))


def sd_of_variance(size: int) -> float:
    """Return the standard deviation of the variance of m values of N(0, 1): sqrt(2 (m - 1)) / m.

    It is the biased variance, by which BN divides; the unbiased one has sqrt(2 / (m - 1)).
    """
    return float(np.sqrt(2 * (size - 1)) / size)


def statistic_noise(sizes: Sequence[int] = SIZES, n_batches: int = 4000, seed: int = 0) -> StatisticNoise:
    """Draw many batches of N(0, 1) and compare the spread of their statistics with the formulas.

    Args:
        sizes: batch sizes, each at least 2.
        n_batches: batches per size.
        seed: of the draws.
    """
    random = np.random.default_rng(seed)
    means, variances = [], []
    for size in sizes:
        values = random.standard_normal((n_batches, size))
        means.append(values.mean(1).std())
        variances.append(values.var(1).std())
    return StatisticNoise(
        np.asarray(sizes, np.int64),
        np.asarray([sd_of_mean(size) for size in sizes]),
        np.asarray(means),
        np.asarray([sd_of_variance(size) for size in sizes]),
        np.asarray(variances),
        n_batches,
    )


def jitter(
    values: Floats, index: int, sizes: Sequence[int] = SIZES, n_batches: int = 200, seed: int = 0, eps: float = 1e-5
) -> Jitter:
    """Normalize one fixed sample in many batches of random other samples.

    Args:
        values: (N, D), pre-activations of all samples, one column per unit of non-zero variance.
        index: the fixed sample.
        sizes: batch sizes, each from 2 to N; m - 1 batch-mates are drawn without replacement.
        n_batches: batches per size.
        seed: of the batch-mates.
        eps: BN's epsilon.
    """
    random = np.random.default_rng(seed)
    others = np.delete(np.arange(len(values)), index)
    found = np.empty((len(sizes), n_batches, values.shape[1]))
    for place, size in enumerate(sizes):
        for draw in range(n_batches):
            mates = random.choice(others, size - 1, replace=False, shuffle=False)
            found[place, draw] = _x_hat_of(values[index], values[mates], eps)
    spread = found.std(1)
    typical = np.sqrt((spread**2).mean(1))
    population = (values[index] - values.mean(0)) / values.std(0)
    alone = np.sqrt((predicted_spread(values, index, 1) ** 2).mean())
    large = (np.asarray(sizes) >= 8) & (typical > 0)
    logs = np.log(np.asarray(sizes)[large]), np.log(typical[large])
    slope = float(np.polyfit(*logs, 1)[0]) if large.sum() > 1 else float("nan")
    predicted = alone / np.sqrt(np.asarray(sizes))
    return Jitter(np.asarray(sizes, np.int64), found, spread, typical, predicted, slope, population)


def _x_hat_of(fixed: Floats, mates: Floats, eps: float) -> Floats:
    batch = np.concatenate([fixed[None], mates])
    return np.asarray((fixed - batch.mean(0)) / np.sqrt(batch.var(0) + eps))


def predicted_spread(values: Floats, index: int, size: int) -> Floats:
    """Return the first-order standard deviation of x_hat of one sample in random batches, per unit (D,).

    With z the sample's x_hat under the statistics of all samples, k their kurtosis (3 for a Gaussian) and g
    their skewness: sd = sqrt((1 + g z + z^2 (k - 1) / 4) / m). From x_hat = (z - dm) / sqrt(1 + dv) with
    var(dm) = 1 / m, var(dv) = (k - 1) / m, cov(dm, dv) = g / m.

    Args:
        values: (N, D).
        index: the fixed sample.
        size: m.
    """
    scaled = (values - values.mean(0)) / values.std(0)
    z, skewness, kurtosis = scaled[index], (scaled**3).mean(0), (scaled**4).mean(0)
    return np.asarray(np.sqrt(np.maximum(1 + skewness * z + z**2 * (kurtosis - 1) / 4, 0) / size))


def variance_with_dropout(weight: Tensor, u: Tensor, p: float) -> Tensor:
    """Return the variance (D,) of W (mask * u) / (1 - p) over samples and masks, biased.

    Var_train = Var_eval + p / (1 - p) sum_k W_jk^2 E[u_k^2]: the mask of every input adds variance.

    Args:
        weight: (D, n_in), W.
        u: (B, n_in), what dropout is applied to.
        p: probability of zeroing, 0 <= p < 1.
    """
    plain = (u @ weight.T).var(0, correction=0)
    return plain + p / (1 - p) * (weight.square() @ u.square().mean(0))


def variance_shift(trained: Tensor, evaluated: Tensor) -> Tensor:
    """Return Var_eval / Var_train per unit (D,): 1 where there is no shift (Li et al. 2019)."""
    return evaluated / trained
