"""Results of the chapter on whitening: biases that drift, nets with detached statistics, whitening, its cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class BiasDrift:
    """The bias before a normalization during gradient descent.

    Attributes:
        gradient: "outside" (the mean is a constant to the gradient) or "through" (it depends on the bias).
        bias: (T + 1,), b at every step.
        loss: (T + 1,), at every step.
        closed_form: (T + 1,), the bias by its closed form.
        difference: largest |bias - closed form|.
    """

    gradient: str
    bias: Floats
    loss: Floats
    closed_form: Floats
    difference: float

    @property
    def last(self) -> float:
        """The bias at the end."""
        return float(self.bias[-1])

    @property
    def loss_change(self) -> float:
        """Largest change of the loss from its first value."""
        return float(np.abs(self.loss - self.loss[0]).max())


@dataclass(frozen=True, slots=True, eq=False)
class DetachedStatsResult:
    """Training of one net whose statistics are detached from the gradient, or not.

    Attributes:
        gradient: "outside" or "through".
        step: (n,), updates made.
        loss: (n,), cross-entropy in nats of 1,000 training images, statistics of these images.
        weight_norm: (n,), Euclidean norm of all hidden weights.
        bias_norm: (n,), Euclidean norm of all hidden biases.
        diverged_at: step at which the loss was no longer finite, or None.
    """

    gradient: str
    step: npt.NDArray[np.int64]
    loss: Floats
    weight_norm: Floats
    bias_norm: Floats
    diverged_at: int | None


@dataclass(frozen=True, slots=True, eq=False)
class DetachedStatsPair:
    """Both nets, with the same start weights and batches.

    Attributes:
        arms: "outside" first, then "through".
        lr: learning rate of SGD.
        n_steps: updates that were requested.
        seed: of start weights and batches.
    """

    arms: tuple[DetachedStatsResult, ...]
    lr: float
    n_steps: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class WhiteningCost:
    """Seconds of one forward and backward pass.

    Attributes:
        widths: (n,), features of the batch, as far as the time allowed.
        n_samples: m, samples of the batch.
        seconds: per method (n,), the median of several passes.
        ratio: per method (n,), seconds divided by those of per-feature normalization.
        repeats: passes per median.
    """

    widths: npt.NDArray[np.int64]
    n_samples: int
    seconds: Mapping[str, Floats]
    ratio: Mapping[str, Floats]
    repeats: int


@dataclass(frozen=True, slots=True, eq=False)
class WhiteningComparison:
    """The covariance of one batch before and after every method.

    Attributes:
        x: (m, D), the batch.
        covariance: (D, D), before.
        correlation: (D, D), before.
        correlation_after: (D, D), after per-feature normalization.
        correlation_change: largest change of a correlation by per-feature normalization.
        correlation_before: largest |correlation| between two different features before.
        eigenvalues: (D,), of the covariance before, largest first; rounding below 0 is cut to 0.
        rank: numerical rank of the covariance before; at most m - 1.
        results: one per method.
    """

    x: Floats
    covariance: Floats
    correlation: Floats
    correlation_after: Floats
    correlation_change: float
    correlation_before: float
    eigenvalues: Floats
    rank: int
    results: tuple[Whitened, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """A batch after one method.

    Attributes:
        method: "per_feature", "zca" or "iter_norm".
        covariance: (D, D), of the output.
        correlation_left: largest |correlation| between two different features of the output.
        not_identity: norm(covariance - I) / sqrt(D).
    """

    method: str
    covariance: Floats
    correlation_left: float
    not_identity: float
