"""Backward through a small batch: the six equations, autograd, a measured slope, and the wrong way."""

from __future__ import annotations

import numpy as np
import torch

from bnviz.array_types import Floats
from bnviz.chapters.transform.forward import transform
from bnviz.chapters.transform.results import Backward, Gradients, Transform

_NUDGE = 1e-4


def draw_target(samples: int, features: int, seed: int) -> Floats:
    """Return targets (m, D) for the outputs: standard normal, rounded to one decimal."""
    return np.round(np.random.default_rng([seed, 1]).standard_normal((samples, features)), 1)


def six_equations(forward: Transform, grad_y: Floats) -> Gradients:
    """Return the gradients with their intermediate results.

    Args:
        forward: the forward pass.
        grad_y: (m, D), gradient of the loss with respect to y.

    Source: Ioffe & Szegedy 2015, sec. 3, the six equations in the paper's order.
    """
    m = len(forward.x)
    centered, std = forward.x - forward.mean, forward.std
    x_hat = grad_y * forward.gamma
    var = (x_hat * centered).sum(0) * -0.5 * std**-3
    mean = -x_hat.sum(0) / std + var * (-2 * centered).mean(0)
    x = x_hat / std + var * 2 * centered / m + mean / m
    return Gradients(x_hat, var, mean, x, (grad_y * forward.x_hat).sum(0), grad_y.sum(0))


def backward(forward: Transform, target: Floats) -> Backward:
    """Go back from the loss 1/2 sum (y - target)^2 to x (m, D), gamma and beta (D,), four ways."""
    grad_y = forward.y - target
    by_hand, autograd = six_equations(forward, grad_y), by_autograd(forward, target)
    constant = by_hand.x_hat / forward.std
    nudged = measured_slope(forward, target)
    norm = np.linalg.norm(nudged) or 1.0
    return Backward(
        target=target,
        loss=0.5 * (grad_y**2).sum(0),
        grad_y=grad_y,
        by_hand=by_hand,
        autograd=autograd,
        constant=constant,
        nudged=nudged,
        difference=max(float(np.abs(a - b).max()) for a, b in zip(by_hand, autograd, strict=True)),
        nudge_error=float(np.linalg.norm(by_hand.x - nudged) / norm),
        wrong_error=float(np.linalg.norm(constant - nudged) / norm),
    )


def by_autograd(forward: Transform, target: Floats) -> Gradients:
    """Return the same six gradients from torch's graph, intermediate results included."""
    x, gamma, beta = (torch.tensor(each, requires_grad=True) for each in (forward.x, forward.gamma, forward.beta))
    mean = x.mean(0)
    var = ((x - mean) ** 2).mean(0)
    x_hat = (x - mean) / torch.sqrt(var + forward.eps)
    loss = 0.5 * ((gamma * x_hat + beta - torch.from_numpy(target)) ** 2).sum()
    wanted = (x_hat, var, mean, x, gamma, beta)
    return Gradients(*(each.numpy() for each in torch.autograd.grad(loss, wanted)))


def measured_slope(forward: Transform, target: Floats) -> Floats:
    """Return d loss / d x (m, D) without any calculus: (loss(x + h) - loss(x - h)) / 2h.

    Features do not see each other, so that one row is nudged in all columns at once. h is 1e-4 standard
    deviations of the feature.
    """
    slope = np.empty_like(forward.x)
    h = _NUDGE * forward.std
    for row in range(len(forward.x)):
        sides = []
        for sign in (1.0, -1.0):
            x = forward.x.copy()
            x[row] += sign * h
            y = transform(x, forward.gamma, forward.beta, forward.eps).y
            sides.append(0.5 * ((y - target) ** 2).sum(0))
        slope[row] = (sides[0] - sides[1]) / (2 * h)
    return slope
