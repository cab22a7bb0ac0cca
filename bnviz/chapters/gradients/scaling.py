"""Gradient descent on two features of different scale: raw, standardized, whitened (E22)."""

from __future__ import annotations

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.gradients.results import Descent
from bnviz.config import InputError

FORMS = ("raw", "standardized", "whitened")

SAMPLES = 200
MAX_STEPS = 2000
CLOSE = 0.01
"""Descent is done when the distance to the optimum is at most this share of the first one."""

_START = (-1.6, 1.2)
_NOISE = 0.1
_FAR = 1e3
"""Descent has diverged when the distance is more than this many times the first one."""


def two_features(ratio: float, correlation: float, seed: int = 0) -> tuple[Floats, Floats]:
    """Draw two centered features and a target.

    The features' standard deviations are exactly 1 and ``ratio``, their correlation exactly ``correlation``;
    the target is x_1 + 0.7 x_2 / ratio and a little noise.

    Returns:
        X (N, 2) and y (N,).

    Raises:
        InputError: a ratio below 1, or a correlation outside -0.99 .. 0.99.
    """
    if not ratio >= 1:
        raise InputError(f"the ratio of the scales must be at least 1, got {ratio:g}")
    if not -0.99 <= correlation <= 0.99:
        raise InputError(f"the correlation must be a number from -0.99 to 0.99, got {correlation:g}")
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((SAMPLES, 2))
    z = z - z.mean(0)
    z = z @ _inverse_root(z.T @ z / SAMPLES)
    second = correlation * z[:, 0] + np.sqrt(1 - correlation**2) * z[:, 1]
    x = np.stack([z[:, 0], ratio * second], 1)
    y = x[:, 0] + 0.7 * second + _NOISE * rng.standard_normal(SAMPLES)
    return x, y - y.mean()


def transformed(x: Floats, form: str) -> Floats:
    """Return centered features (N, 2) in one of ``FORMS``.

    - standardized: each divided by its own standard deviation, as BN does (gamma 1, beta 0, eps 0)
    - whitened: X C^(-1/2) with C = X^T X / N (ZCA): unit variances and no correlation
    """
    x = x - x.mean(0)
    if form == "raw":
        return x
    if form == "standardized":
        return np.asarray(x / x.std(0))
    if form == "whitened":
        return np.asarray(x @ _inverse_root(x.T @ x / len(x)))
    raise InputError(f"the form must be one of {', '.join(FORMS)}, got {form!r:.40}")


def descend(ratio: float, correlation: float, lr_share: float, form: str, seed: int = 0) -> Descent:
    """Run gradient descent on L(w) = |X w - y|^2 / (2 N), from the same distance to the optimum in every form.

    Args:
        ratio: standard deviation of the second feature over that of the first.
        correlation: of the two features.
        lr_share: learning rate as a share of the largest stable one, 2 / lambda_max.
        form: one of ``FORMS``.
        seed: of the data.

    L is a quadratic with Hessian H = X^T X / N, so the distance after t updates is (I - lr H)^t of the first.
    """
    if not 0 < lr_share <= 2:
        raise InputError(f"the share of the stable rate must be above 0 and at most 2, got {lr_share:g}")
    features, y = two_features(ratio, correlation, seed)
    x = transformed(features, form)
    hessian = x.T @ x / len(x)
    small, large = np.linalg.eigvalsh(hessian)
    best = np.asarray(np.linalg.lstsq(x, y, rcond=None)[0], np.float64)
    max_lr = 2 / large
    path, steps, diverged = _path(x, y, best, lr_share * max_lr)
    return Descent(
        form, hessian, np.array([large, small]), large / small, max_lr, lr_share * max_lr, path, steps, diverged
    )


def _path(x: Floats, y: Floats, best: Floats, lr: float) -> tuple[Floats, int | None, bool]:
    w = best + np.array(_START)
    first = float(np.linalg.norm(_START))
    path = [w - best]
    for step in range(1, MAX_STEPS + 1):
        w = w - lr * (x.T @ (x @ w - y)) / len(x)
        path.append(w - best)
        distance = float(np.linalg.norm(path[-1]))
        if distance <= CLOSE * first:
            return np.array(path), step, False
        if distance > _FAR * first:
            return np.array(path), None, True
    return np.array(path), None, False


def _inverse_root(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors / np.sqrt(values) @ vectors.T)
