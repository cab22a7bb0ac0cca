"""Results of the chapter on regularization: noise of batch statistics, overfitting, dropout before BN."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats

METRICS = ("train_accuracy", "test_accuracy", "train_loss", "test_loss")
"""Order of the metrics in ``OverfitStudy.values``."""


@dataclass(frozen=True, slots=True, eq=False)
class StatisticNoise:
    """Spread of the mean and the variance of batches from N(0, 1).

    Attributes:
        sizes: (K,), batch sizes m.
        mean_formula: (K,), 1 / sqrt(m).
        mean_sampled: (K,), standard deviation over the batches.
        var_formula: (K,), sqrt(2 (m - 1)) / m, of the biased variance.
        var_sampled: (K,), standard deviation over the batches.
        n_batches: batches drawn per size.
    """

    sizes: npt.NDArray[np.int64]
    mean_formula: Floats
    mean_sampled: Floats
    var_formula: Floats
    var_sampled: Floats
    n_batches: int


@dataclass(frozen=True, slots=True, eq=False)
class Jitter:
    """x_hat of one fixed sample over random batch-mates.

    Attributes:
        sizes: (K,), batch sizes m; the fixed sample is one of them.
        x_hat: (K, R, D), normalized value in each batch and unit.
        spread: (K, D), standard deviation over the batches.
        typical: (K,), root mean square of the spread over the units.
        predicted: (K,), root mean square over the units of ``predicted_spread``, good for large m.
        slope: least-squares slope of log typical over log m for m >= 8; -0.5 is 1 / sqrt(m).
        population: (D,), x_hat under the mean and variance of all samples.
    """

    sizes: npt.NDArray[np.int64]
    x_hat: Floats
    spread: Floats
    typical: Floats
    predicted: Floats
    slope: float
    population: Floats


@dataclass(frozen=True, slots=True, eq=False)
class OverfitStudy:
    """Runs of several arms from several seeds.

    Attributes:
        arms: (A,), names of ``ARMS``.
        seeds: (S,), of weights, batches and of which digits are trained on.
        steps: (T,), updates made at each evaluation.
        n_samples: digits trained on.
        values: (A, S, T, 4), in evaluation mode, last axis as ``METRICS``: shares in 0..1, losses in nats.
    """

    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    steps: tuple[int, ...]
    n_samples: int
    values: Floats

    def metric(self, name: str) -> Floats:
        """Return one metric (A, S, T)."""
        return self.values[..., METRICS.index(name)]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not finite is null."""
        rows = np.round(self.values, 5).ravel().tolist()
        return {
            "arms": list(self.arms),
            "seeds": list(self.seeds),
            "steps": list(self.steps),
            "samples": self.n_samples,
            "values": [x if math.isfinite(x) else None for x in rows],
        }


@dataclass(frozen=True, slots=True, eq=False)
class RecordedStudy:
    """A recorded study and its provenance: date, script, versions."""

    study: OverfitStudy
    provenance: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SeedSpread:
    """A quantity over the seeds: mean, standard deviation (n - 1; NaN for one seed), smallest, largest."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Said:
    """What the paired seeds say of a difference: mean, interval (``studies.rule``), "higher", "lower" or "open"."""

    mean: float
    low: float
    high: float
    answer: str


@dataclass(frozen=True, slots=True, eq=False)
class OverfitSummary:
    """Final results of one arm over the seeds.

    Attributes:
        arm: its name.
        train: training accuracy in %.
        test: test accuracy in %.
        gap: training minus test accuracy, in points.
        loss: test loss in nats.
        gain: test accuracy minus that of the reference arm, seed by seed, in points.
        gap_change: gap minus that of the reference arm, seed by seed, in points.
        better: seeds in which the test accuracy is higher than the reference arm's.
        seeds: number of seeds.
        said: what the seeds say of ``gain``.
    """

    arm: str
    train: SeedSpread
    test: SeedSpread
    gap: SeedSpread
    loss: SeedSpread
    gain: SeedSpread
    gap_change: SeedSpread
    better: int
    seeds: int
    said: Said

    @property
    def verdict(self) -> str:
        """Return "higher", "lower" or "open"."""
        return self.said.answer


@dataclass(frozen=True, slots=True, eq=False)
class DropoutShift:
    """Layers 2, 3, ... of a net with dropout before the next linear layer and its BN.

    Attributes:
        p: probability of zeroing.
        measured: (L, D), Var_eval / Var_train of each unit's pre-activation, dropout masks drawn.
        formula: (L, D), the same ratio with Var_train by ``variance_with_dropout``.
        median: (L,), median of ``measured`` over the units.
        accuracy: test accuracy with the running statistics of training, share.
        recalibrated: test accuracy after the statistics were recomputed without dropout, share.
    """

    p: float
    measured: Floats
    formula: Floats
    median: Floats
    accuracy: float
    recalibrated: float
