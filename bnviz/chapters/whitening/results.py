"""What the chapter on whitening measured: drifting biases, whitened clouds, and their cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """A bias before a normalization, over gradient descent.

    Attributes:
        gradient: "outside" (the mean is a constant to the gradient) or "through" (it depends on the bias).
        bias: (T + 1,), b at every step.
        loss: (T + 1,), at every step.
        closed_form: (T + 1,), what the bias must be.
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
class Cost:
    """Seconds of one forward and backward pass.

    Attributes:
        widths: (n,), features of the batch; those that there was time for.
        samples: m, samples of the batch.
        seconds: per method (n,), the median of several passes.
        ratio: per method (n,), seconds divided by those of per-feature normalization.
        repeats: passes behind each median.
    """

    widths: npt.NDArray[np.int64]
    samples: int
    seconds: Mapping[str, Floats]
    ratio: Mapping[str, Floats]
    repeats: int


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What the methods did to one batch.

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
