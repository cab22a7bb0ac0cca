"""How SGD moves the norm of weights that BN follows."""

from __future__ import annotations

from torch import Tensor

from bnviz.array_types import Floats


def squared_norm_after(squared_norm: float, inner: float, squared_grad: float, lr: float, decay: float = 0.0) -> float:
    """Return norm(W')^2 for W' = (1 - lr decay) W - lr g.

    norm(W')^2 = (1 - lr decay)^2 norm(W)^2 - 2 lr (1 - lr decay) <W, g> + lr^2 norm(g)^2. Before BN
    <W, g> = 0 (up to epsilon), so that without decay only growth is left: norm(W)^2 + lr^2 norm(g)^2.

    Args:
        squared_norm: norm(W)^2 before the step.
        inner: <W, g>.
        squared_grad: norm(g)^2.
        lr: learning rate.
        decay: the optimizer's weight_decay (PyTorch adds decay * W to the gradient).
    """
    keep = 1 - lr * decay
    return keep**2 * squared_norm - 2 * lr * keep * inner + lr**2 * squared_grad


def effective_lr(lr: float | Floats, squared_norm: float | Floats) -> float | Floats:
    """Return lr / norm(W)^2, the rate at which the direction of W moves (van Laarhoven 2017)."""
    return lr / squared_norm


def inner_by_epsilon(gamma: Tensor, grad_gamma: Tensor, variance: Tensor, eps: float) -> float:
    """Return <W, dL/dW> = sum_j gamma_j dL/dgamma_j eps / (s_j^2 + eps): 0 for epsilon 0.

    Args:
        gamma: (D,).
        grad_gamma: (D,), dL/dgamma.
        variance: (D,), batch variance s^2 of W u, biased.
        eps: epsilon.

    The derivative of x_hat along log a is x_hat eps / (s^2 + eps), and dL/dgamma = sum dL/dy x_hat.
    """
    return (gamma * grad_gamma * eps / (variance + eps)).sum().item()


def balance(lr: float, decay: float, squared_norm: Floats, squared_grad: Floats) -> Floats:
    """Return lr norm(g)^2 / (2 decay norm(W)^2): growth over shrinkage of one step, 1 at equilibrium.

    Growth is lr^2 norm(g)^2, shrinkage 2 lr decay norm(W)^2 (first order in lr decay).
    """
    return lr * squared_grad / (2 * decay * squared_norm)


def growing_rate(lr: float, decay: float, step: int) -> float:
    """Return the rate without decay that equals lr with decay before BN: lr (1 - lr decay)^(-2 step - 1).

    Source: Li & Arora 2020, in its form without momentum; step counts from 0.
    """
    return float(lr * (1 - lr * decay) ** (-2 * step - 1))
