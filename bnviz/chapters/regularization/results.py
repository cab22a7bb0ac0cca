"""What the chapter on regularization measured of the noise of batch statistics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class StatisticNoise:
    """Spread of the mean and the variance of batches from N(0, 1).

    Attributes:
        sizes: (K,), batch sizes m.
        mean_formula: (K,), 1 / sqrt(m).
        mean_sampled: (K,), standard deviation over the draws.
        var_formula: (K,), sqrt(2 / (m - 1)), of the unbiased variance.
        var_sampled: (K,), standard deviation over the draws.
        draws: batches drawn per size.
    """

    sizes: npt.NDArray[np.int64]
    mean_formula: Floats
    mean_sampled: Floats
    var_formula: Floats
    var_sampled: Floats
    draws: int


@dataclass(frozen=True, slots=True, eq=False)
class Jitter:
    """x_hat of ONE fixed sample, over random companions in its batch.

    Attributes:
        sizes: (K,), batch sizes m; the fixed sample is one of them.
        x_hat: (K, R, D), normalized value in each draw and unit.
        spread: (K, D), standard deviation over the draws.
        typical: (K,), root mean square of the spread over the units.
        predicted: (K,), root mean square over the units of ``predicted_spread``, good for large m.
        slope: least-squares slope of log typical over log m for m >= 8; -0.5 is 1 / sqrt(m).
        whole: (D,), x_hat under the mean and variance of all samples.
    """

    sizes: npt.NDArray[np.int64]
    x_hat: Floats
    spread: Floats
    typical: Floats
    predicted: Floats
    slope: float
    whole: Floats
