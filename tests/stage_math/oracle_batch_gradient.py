"""Gradients of mini-batches, by torch's autograd and by counting every possible batch."""

from __future__ import annotations

import itertools
import math

import numpy as np
import torch
from golden_case import Case, draws, tensor

WEIGHTS = ([-1.6, 1.2], [0.3, 0.0])


def cases() -> list[Case]:
    """Return growing batches, and the spread of all batches of 1 and of 3 out of nine inputs."""
    random = draws(31)
    points = random.normal(0, 1, (9, 2)) @ np.array([[1.0, 1.5], [0.0, 2.0]])
    vectors = random.normal(0, 2, (5, 2))
    return [
        *(Case("growingGradients", [points, w], [_gradient(points[: m + 1], w) for m in range(9)]) for w in WEIGHTS),
        *(Case("deviationOfGradients", [points, w], _by_all_batches(points, w, 1)) for w in WEIGHTS),
        *(Case("deviationOfGradients", [points, w], _by_all_batches(points, w, 3)) for w in WEIGHTS),
        Case("rootMeanSquareDistance", [vectors, [0.5, -1.0]], _distance(vectors, np.array([0.5, -1.0]))),
        Case("rootMeanSquareDistance", [vectors, vectors.mean(0)], math.sqrt(vectors.var(0).sum())),
    ]


def _gradient(points: np.ndarray, w: list[float]) -> list[float]:
    """Return the gradient of |X w|^2 / (2 m), whose best weights are 0, by autograd."""
    weights = tensor(w).requires_grad_()
    (tensor(points) @ weights).square().mean().mul(0.5).backward()
    assert weights.grad is not None
    return [float(value) for value in torch.atleast_1d(weights.grad)]


def _by_all_batches(points: np.ndarray, w: list[float], size: int) -> float:
    """Return the deviation of single gradients that follows from all batches: spread sqrt(m (N - 1) / (N - m))."""
    n = len(points)
    batches = [_gradient(np.array(batch), w) for batch in itertools.combinations(points, size)]
    mean = np.mean(batches, axis=0)
    assert np.allclose(mean, _gradient(points, w)), "the batches' mean is the whole gradient"
    return _distance(np.array(batches), mean) * math.sqrt(size * (n - 1) / (n - size))


def _distance(vectors: np.ndarray, center: np.ndarray) -> float:
    return float(np.linalg.norm(vectors - center) / math.sqrt(len(vectors)))
