"""Section 2 of the paper: a bias drifts when the gradient does not know of the normalization."""

from __future__ import annotations

import numpy as np
import torch

from bnviz.array_types import Floats
from bnviz.chapters.whitening.results import BiasDrift
from bnviz.config import InputError
from bnviz.training.pace import pause_point

GRADIENTS = ("outside", "through")
MAX_STEPS = 2000


def bias_drift(
    target: Floats, gradient: str, lr: float, n_steps: int, start: float = 0.0, head_learns: bool = False, seed: int = 0
) -> BiasDrift:
    """Train the bias of x = u + b, normalized to x_hat = x - mean(x), by gradient descent.

    The loss is mean (x_hat + c - target)^2 / 2 over a fixed batch u (m,) of standard normal values. c is the
    bias of the next layer: 0 and frozen, or learned, too. The gradient that reaches b is g =
    mean(x_hat + c - target) = c - mean(target) when the mean counts as a constant, and 0 otherwise, as
    d x_hat / d b = 0. So, with frozen c, b_t = b_0 - lr t g exactly, and the loss does not change;
    with learned c, c_t = mean(target) (1 - (1 - lr)^t) and b_t = b_0 + c_t.

    Args:
        target: (m,).
        gradient: "outside" or "through".
        lr: learning rate.
        n_steps: T, at most 2,000.
        start: b_0.
        head_learns: whether c is learned.
        seed: of u.

    Source: Ioffe & Szegedy 2015, sec. 2.
    """
    if gradient not in GRADIENTS:
        raise InputError(f"gradient must be one of {', '.join(GRADIENTS)}, got {gradient!r:.80}")
    if not 1 <= n_steps <= MAX_STEPS:
        raise InputError(f"steps must be 1 to {MAX_STEPS}, got {n_steps}")
    u = torch.from_numpy(np.random.default_rng([seed, 2]).standard_normal(len(target)))
    wanted = torch.from_numpy(np.asarray(target, np.float64))
    b = torch.tensor(float(start), dtype=torch.float64, requires_grad=True)
    c = torch.tensor(0.0, dtype=torch.float64, requires_grad=head_learns)
    learned = [b, c] if head_learns else [b]
    biases, losses = [], []
    for step in range(n_steps + 1):
        x = u + b
        mean = x.mean().detach() if gradient == "outside" else x.mean()
        loss = 0.5 * ((x - mean + c - wanted) ** 2).mean()
        biases.append(b.item())
        losses.append(loss.item())
        if step == n_steps:
            break
        pause_point()
        for each, slope in zip(learned, torch.autograd.grad(loss, learned), strict=True):
            each.data -= lr * slope
    bias = np.array(biases)
    expected = _closed_form(float(wanted.mean()), gradient, lr, n_steps, start, head_learns)
    return BiasDrift(gradient, bias, np.array(losses), expected, float(np.abs(bias - expected).max()))


def drift_target(mean: float, n_samples: int = 64, seed: int = 0) -> Floats:
    """Return targets (m,) with this mean exactly (up to rounding) and standard deviation 1."""
    values = np.random.default_rng([seed, 3]).standard_normal(n_samples)
    return np.asarray((values - values.mean()) / values.std() + mean)


def _closed_form(mean: float, gradient: str, lr: float, n_steps: int, start: float, head_learns: bool) -> Floats:
    t = np.arange(n_steps + 1)
    if gradient == "through":
        return np.full(n_steps + 1, start)
    if head_learns:
        return np.asarray(start + mean * (1 - (1 - lr) ** t))
    return np.asarray(start + lr * t * mean)
