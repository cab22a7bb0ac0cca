"""Algorithm 1 on a small batch: every intermediate number, and the effect of one sample on the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from bnviz.array_types import Floats
from bnviz.chapters.transform.results import IdentityRecovery, Move, Transform
from bnviz.config import InputError
from bnviz.norms import batch_norm_forward

_ROUNDING = 1e-9
"""Smaller changes of an output are rounding."""

GAMMA_CHOICES = ("std", "var", "one")
"""Choices of gamma to undo the normalization: sqrt(var + eps), var, 1; beta is the mean in each."""


def transform(x: Floats, gamma: npt.ArrayLike, beta: npt.ArrayLike, eps: float = 1e-5) -> Transform:
    """Return every number of y = gamma * (x - mean) / sqrt(var + eps) + beta, in float64.

    Args:
        x: (m, D), one row per sample.
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
    n_samples, n_features = before.x.shape
    if not (0 <= sample < n_samples and 0 <= feature < n_features):
        raise InputError(f"the batch is {n_samples} x {n_features}, got sample {sample}, feature {feature}")
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
        int((others > _ROUNDING).sum()),
        float(others.max()),
        int((elsewhere > _ROUNDING).sum()),
        float(np.sqrt(n_samples - 1)),
    )


def recover_identity(x: Floats, eps: float = 1e-5) -> tuple[IdentityRecovery, ...]:
    """Try to recover the input (m, D) with beta = mean and gamma = sqrt(var + eps), var or 1.

    Only the first gives y = x, up to rounding; gamma = var multiplies every deviation from the
    mean by var / sqrt(var + eps).

    Source: Ioffe & Szegedy 2015, sec. 3 (the identity transform).
    """
    mean, var = x.mean(0), x.var(0)
    gammas = {"std": np.sqrt(var + eps), "var": var, "one": np.ones_like(var)}
    found = []
    for choice in GAMMA_CHOICES:
        y = transform(x, gammas[choice], mean, eps).y
        found.append(IdentityRecovery(choice, gammas[choice], y, float(np.abs(y - x).max())))
    return tuple(found)
