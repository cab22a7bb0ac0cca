"""Algorithm 1 on a small batch: every number on the way, and what one sample does to the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from bnviz.config import InputError
from bnviz.norms import batch_norm_forward

Floats = npt.NDArray[np.float64]

MOVED = 1e-9
"""Outputs that changed by less than this did not move; it is rounding."""

RESTORING = ("std", "var", "one")
"""Choices of gamma that are tried on the way back: sqrt(var + eps), var, 1; beta is the mean in each."""


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


def transform(x: Floats, gamma: npt.ArrayLike, beta: npt.ArrayLike, eps: float = 1e-5) -> Transform:
    """Return every number of y = gamma * (x - mean) / sqrt(var + eps) + beta, in float64.

    Args:
        x: (m, D), one row a sample.
        gamma: (D,).
        beta: (D,).
        eps: not negative.

    Source: Ioffe & Szegedy 2015, algorithm 1.
    """
    scale, shift = np.asarray(gamma, np.float64), np.asarray(beta, np.float64)
    batch = torch.from_numpy(x)
    y, cache = batch_norm_forward(batch, torch.from_numpy(scale), torch.from_numpy(shift), eps)
    return Transform(
        x, cache.mean.numpy(), cache.var.numpy(), cache.x_hat.numpy(), scale, shift, y.numpy(), eps
    )


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


def move_one(before: Transform, sample: int, feature: int, by: float) -> Move:
    """Move one number of a batch and normalize again.

    Args:
        before: the batch as it is.
        sample: row, from 0.
        feature: column, from 0.
        by: how far, in standard deviations sqrt(var + eps) of the feature.

    Source of the limit: for m values with mean 0 and biased variance 1, m - 1 equal ones are the extreme
    case, so |x_hat| <= sqrt(m - 1) (Samuelson's inequality).
    """
    samples, features = before.x.shape
    if not (0 <= sample < samples and 0 <= feature < features):
        raise InputError(f"the batch is {samples} x {features}, got sample {sample}, feature {feature}")
    moved = before.x.copy()
    moved[sample, feature] += by * before.std[feature]
    after = transform(moved, before.gamma, before.beta, before.eps)
    change = np.abs(after.y - before.y)
    others = np.delete(change[:, feature], sample)
    elsewhere = np.delete(change, feature, axis=1)
    return Move(
        sample, feature, before, after, int((others > MOVED).sum()), float(others.max()),
        int((elsewhere > MOVED).sum()), float(np.sqrt(samples - 1)),
    )  # fmt: skip


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


def restore(x: Floats, eps: float = 1e-5) -> tuple[Restored, ...]:
    """Try to get the input (m, D) back: beta = mean and gamma = sqrt(var + eps), var or 1.

    Only the first gives y = x, exactly but for rounding; gamma = var multiplies every deviation from the
    mean by var / sqrt(var + eps).

    Source: Ioffe & Szegedy 2015, sec. 3 (the identity transform).
    """
    mean, var = x.mean(0), x.var(0)
    gammas = {"std": np.sqrt(var + eps), "var": var, "one": np.ones_like(var)}
    found = []
    for choice in RESTORING:
        y = transform(x, gammas[choice], mean, eps).y
        found.append(Restored(choice, gammas[choice], y, float(np.abs(y - x).max())))
    return tuple(found)
