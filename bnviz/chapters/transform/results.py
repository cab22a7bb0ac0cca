"""Results of the transform: forward, backward, one number moved, the identity recovered, a shape kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """One backward pass, four ways.

    Attributes:
        target: (m, D), targets of the outputs.
        loss: (D,), 1/2 sum over the samples (y - target)^2; the loss is their sum.
        grad_y: (m, D), y - target.
        by_hand: the six equations.
        autograd: the same quantities by torch.
        detached: (m, D), gradient of x when mean and variance count as constants, which is wrong.
        numerical: (m, D), gradient of x by central differences.
        difference: largest |by hand - autograd| over all numbers of the six equations.
        analytic_error: norm(by hand - numerical) / norm(numerical), for x.
        detached_error: norm(detached - numerical) / norm(numerical), for x.
    """

    target: Floats
    loss: Floats
    grad_y: Floats
    by_hand: Gradients
    autograd: Gradients
    detached: Floats
    numerical: Floats
    difference: float
    analytic_error: float
    detached_error: float


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
    """A batch before and after one of its numbers was moved.

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
        """Number of other samples."""
        return len(self.before.x) - 1

    @property
    def x_shift(self) -> float:
        """Distance that the number moved, in the units of x."""
        where = self.sample, self.feature
        return float(self.after.x[where] - self.before.x[where])

    @property
    def x_hat_now(self) -> float:
        """Normalized value of the moved number, after the move."""
        return float(self.after.x_hat[self.sample, self.feature])

    @property
    def mean_shift(self) -> float:
        """Distance that the feature's mean moved: the number's distance divided by m."""
        return float(self.after.mean[self.feature] - self.before.mean[self.feature])


@dataclass(frozen=True, slots=True, eq=False)
class IdentityRecovery:
    """The outputs when gamma and beta are chosen to undo the normalization.

    Attributes:
        choice: a name of ``GAMMA_CHOICES``.
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
        expected_var: var / (var + eps), the variance that must be found after the normalization.
    """

    name: str
    before: Floats
    after: Floats
    moments_before: SampleMoments
    moments_after: SampleMoments
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
class SampleMoments:
    """Four moments of a sample of values, and the share of values near the mean.

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
