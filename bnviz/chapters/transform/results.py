"""What the transform gives forward and backward, and what it leaves of a distribution's shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """One backward pass, four ways.

    Attributes:
        target: (m, D), what the outputs should have been.
        loss: (D,), 1/2 sum over the samples (y - target)^2; the loss is their sum.
        grad_y: (m, D), y - target.
        by_hand: the six equations.
        autograd: the same quantities by torch.
        constant: (m, D), gradient of x when mean and variance are treated as constants: the wrong way.
        nudged: (m, D), slope of the loss measured by moving each x a little to both sides.
        difference: largest |by hand - autograd| over all numbers of the six equations.
        nudge_error: norm(by hand - nudged) / norm(nudged), for x.
        wrong_error: norm(wrong way - nudged) / norm(nudged), for x.
    """

    target: Floats
    loss: Floats
    grad_y: Floats
    by_hand: Gradients
    autograd: Gradients
    constant: Floats
    nudged: Floats
    difference: float
    nudge_error: float
    wrong_error: float


@dataclass(frozen=True, slots=True, eq=False)
class Transform:
    """Algorithm 1 on a batch of m samples and D features.

    Attributes:
        x: (m, D), the batch.
        mean: (D,).
        var: (D,), biased: divided by m.
        x_hat: (m, D), normalized values.
        gamma: (D,), scale.
        beta: (D,), shift.
        y: (m, D), outputs.
        eps: added to the variance inside the root.
    """

    x: Floats
    mean: Floats
    var: Floats
    x_hat: Floats
    gamma: Floats
    beta: Floats
    y: Floats
    eps: float

    @property
    def std(self) -> Floats:
        """(D,), what the centered values are divided by: sqrt(var + eps)."""
        return np.asarray(np.sqrt(self.var + self.eps))


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """What happened when one number of a batch was moved and nothing else.

    Attributes:
        sample: row of the number.
        feature: its column.
        before: the transform of the batch as it was.
        after: the transform of the batch with that number moved.
        others_moved: how many OTHER samples' outputs of this feature changed.
        largest_other: largest change among them.
        other_features_moved: how many outputs of the other features changed.
        limit: no |x_hat| of a batch of m can exceed it: sqrt(m - 1).
    """

    sample: int
    feature: int
    before: Transform
    after: Transform
    others_moved: int
    largest_other: float
    other_features_moved: int
    limit: float

    @property
    def others(self) -> int:
        """How many other samples there are."""
        return len(self.before.x) - 1

    @property
    def x_shift(self) -> float:
        """How far the number went, in the units of x."""
        where = self.sample, self.feature
        return float(self.after.x[where] - self.before.x[where])

    @property
    def x_hat_now(self) -> float:
        """Normalized value of the moved number, after the move."""
        return float(self.after.x_hat[self.sample, self.feature])

    @property
    def mean_shift(self) -> float:
        """How far the feature's mean went: the move divided by m."""
        return float(self.after.mean[self.feature] - self.before.mean[self.feature])


@dataclass(frozen=True, slots=True, eq=False)
class Restored:
    """What came out when gamma and beta were chosen to undo the normalization.

    Attributes:
        choice: a name of ``RESTORING``.
        gamma: (D,), the gamma of this choice.
        y: (m, D), outputs with beta = mean.
        error: largest |y - x|.
    """

    choice: str
    gamma: Floats
    y: Floats
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One feature before and after batch normalization with gamma 1 and beta 0.

    Attributes:
        name: a name of ``DISTRIBUTIONS``.
        before: (m,), the pre-activations.
        after: (m,), normalized.
        moments_before: of ``before``.
        moments_after: of ``after``.
        expected_var: var / (var + eps), what the variance after it must be.
    """

    name: str
    before: Floats
    after: Floats
    moments_before: Moments
    moments_after: Moments
    expected_var: float


class Gradients(NamedTuple):
    """Gradients of the loss, in the paper's order; x_hat and x are (m, D), the others (D,)."""

    x_hat: Floats
    var: Floats
    mean: Floats
    x: Floats
    gamma: Floats
    beta: Floats


@dataclass(frozen=True, slots=True)
class Moments:
    """Four moments of one sample of values, and how many are near the middle.

    Attributes:
        mean: first moment.
        var: biased variance.
        skew: third standardized moment; 0 for a symmetric shape.
        kurtosis: fourth standardized moment; 3 for a normal distribution.
        within_one: share in [-1, 1]; 0.6827 for a standard normal distribution.
    """

    mean: float
    var: float
    skew: float
    kurtosis: float
    within_one: float
