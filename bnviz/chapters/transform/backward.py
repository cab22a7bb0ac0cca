"""Backward through a small batch: the six equations, autograd, numerically, and with detached statistics."""

from __future__ import annotations

import numpy as np
import torch

from bnviz.array_types import Floats
from bnviz.chapters.transform.forward import transform
from bnviz.chapters.transform.results import Backward, Gradients, Transform

_STEP_IN_SD = 1e-4


def draw_target(n_samples: int, n_features: int, seed: int) -> Floats:
    """Return targets (m, D) for the outputs: standard normal, rounded to one decimal."""
    return np.round(np.random.default_rng([seed, 1]).standard_normal((n_samples, n_features)), 1)


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
    """Return the gradients of the loss 1/2 sum (y - target)^2 to x (m, D), gamma and beta (D,)."""
    grad_y = forward.y - target
    by_hand, autograd = six_equations(forward, grad_y), by_autograd(forward, target)
    detached = by_hand.x_hat / forward.std
    numerical = numerical_gradient(forward, target)
    norm = np.linalg.norm(numerical) or 1.0
    return Backward(
        target=target,
        loss=0.5 * (grad_y**2).sum(0),
        grad_y=grad_y,
        by_hand=by_hand,
        autograd=autograd,
        detached=detached,
        numerical=numerical,
        difference=max(float(np.abs(a - b).max()) for a, b in zip(by_hand, autograd, strict=True)),
        analytic_error=float(np.linalg.norm(by_hand.x - numerical) / norm),
        detached_error=float(np.linalg.norm(detached - numerical) / norm),
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


def numerical_gradient(forward: Transform, target: Floats) -> Floats:
    """Return d loss / d x (m, D) by central differences: (loss(x + h) - loss(x - h)) / 2h.

    A feature does not depend on the other features, so all columns of a row are moved at once. h is 1e-4
    standard deviations of the feature.
    """
    slope = np.empty_like(forward.x)
    h = _STEP_IN_SD * forward.std
    for row in range(len(forward.x)):
        sides = []
        for sign in (1.0, -1.0):
            x = forward.x.copy()
            x[row] += sign * h
            y = transform(x, forward.gamma, forward.beta, forward.eps).y
            sides.append(0.5 * ((y - target) ** 2).sum(0))
        slope[row] = (sides[0] - sides[1]) / (2 * h)
    return slope
