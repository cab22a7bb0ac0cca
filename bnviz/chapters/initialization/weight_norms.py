"""The effect of SGD on the norm of weights before BN."""

from __future__ import annotations


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


def growing_rate(lr: float, decay: float, step: int) -> float:
    """Return the rate without decay that equals lr with decay before BN: lr (1 - lr decay)^(-2 step - 1).

    Source: Li & Arora 2020, in its form without momentum; step counts from 0.
    """
    return float(lr * (1 - lr * decay) ** (-2 * step - 1))
