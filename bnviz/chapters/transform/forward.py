"""Algorithm 1 on a small batch: every number on the way, and what one sample does to the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from bnviz.array_types import Floats
from bnviz.chapters.transform.results import Move, Restored, Transform
from bnviz.config import InputError
from bnviz.norms import batch_norm_forward

MOVED = 1e-9
"""Outputs that changed by less than this did not move; it is rounding."""

RESTORING = ("std", "var", "one")
"""Choices of gamma that are tried on the way back: sqrt(var + eps), var, 1; beta is the mean in each."""


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
    return Transform(x, cache.mean.numpy(), cache.var.numpy(), cache.x_hat.numpy(), scale, shift, y.numpy(), eps)


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
        sample,
        feature,
        before,
        after,
        int((others > MOVED).sum()),
        float(others.max()),
        int((elsewhere > MOVED).sum()),
        float(np.sqrt(samples - 1)),
    )


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
