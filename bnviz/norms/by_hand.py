"""Batch normalization as in the paper, formula by formula (Ioffe & Szegedy 2015, sec. 3)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class BatchNormCache(NamedTuple):
    """Values of the forward pass that the backward pass needs."""

    x: Tensor
    x_hat: Tensor
    mean: Tensor
    var: Tensor
    gamma: Tensor
    eps: float


class BatchNormGradients(NamedTuple):
    """Gradients of the loss: x (B, D), gamma (D,), beta (D,)."""

    x: Tensor
    gamma: Tensor
    beta: Tensor


def batch_norm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> tuple[Tensor, BatchNormCache]:
    """Return y = gamma * x_hat + beta with x_hat = (x - mean) / sqrt(var + eps), and the cache for backward.

    Args:
        x: (B, D), one row per sample.
        gamma: (D,), scale.
        beta: (D,), shift.
        eps: added to the variance inside the root.

    Returns:
        y (B, D) and the cache. Mean and variance are over the batch; the variance is biased (1/B).

    Source: algorithm 1.
    """
    mean = x.mean(0)
    var = ((x - mean) ** 2).mean(0)
    x_hat = (x - mean) / torch.sqrt(var + eps)
    return gamma * x_hat + beta, BatchNormCache(x, x_hat, mean, var, gamma, eps)


def batch_norm_backward(grad_y: Tensor, cache: BatchNormCache) -> BatchNormGradients:
    """Return the gradients of the loss with respect to x, gamma and beta.

    Args:
        grad_y: (B, D), gradient of the loss with respect to the output.
        cache: the cache that ``batch_norm_forward`` returned.

    Source: the six equations of sec. 3, in the paper's order.
    """
    x, x_hat, mean, var, gamma, eps = cache
    n = x.shape[0]
    centered = x - mean
    grad_x_hat = grad_y * gamma
    grad_var = (grad_x_hat * centered).sum(0) * -0.5 * (var + eps) ** -1.5
    grad_mean = -grad_x_hat.sum(0) / torch.sqrt(var + eps) + grad_var * (-2 * centered).mean(0)
    grad_x = grad_x_hat / torch.sqrt(var + eps) + grad_var * 2 * centered / n + grad_mean / n
    grad_gamma = (grad_y * x_hat).sum(0)
    grad_beta = grad_y.sum(0)
    return BatchNormGradients(grad_x, grad_gamma, grad_beta)


def batch_norm_eval(
    x: Tensor, gamma: Tensor, beta: Tensor, running_mean: Tensor, running_var: Tensor, eps: float = 1e-5
) -> Tensor:
    """Return the output for x (B, D) under fixed statistics: one scale and one shift per unit.

    Source: algorithm 2, step 11.
    """
    scale = gamma / torch.sqrt(running_var + eps)
    return scale * x + (beta - scale * running_mean)


def update_running(
    running_mean: Tensor, running_var: Tensor, x: Tensor, momentum: float | None, batches: int = 1
) -> tuple[Tensor, Tensor]:
    """Return the running statistics after the batch x (B, D): (1 - m) * running + m * batch.

    Args:
        running_mean: (D,), before the batch.
        running_var: (D,), before the batch.
        x: (B, D), the batch. Its unbiased variance is used: n / (n - 1) times the biased one.
        momentum: weight m of the NEW batch; None means the cumulative average, m = 1 / batches.
        batches: number of batches so far, including this one; only used if momentum is None.

    Returns:
        The new (running_mean, running_var); running_var does not change if the batch has one sample.

    Source: algorithm 2, step 10, in PyTorch's convention of momentum.
    """
    n = x.shape[0]
    m = 1 / batches if momentum is None else momentum
    mean = (1 - m) * running_mean + m * x.mean(0)
    if n == 1:
        return mean, running_var
    unbiased = ((x - x.mean(0)) ** 2).mean(0) * n / (n - 1)
    return mean, (1 - m) * running_var + m * unbiased


def fold_into_linear(
    weight: Tensor,
    bias: Tensor | None,
    gamma: Tensor,
    beta: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    eps: float = 1e-5,
) -> tuple[Tensor, Tensor]:
    """Return (W', b') of one linear layer that equals a linear layer followed by BN in evaluation mode.

    W' = s W and b' = s (b - running_mean) + beta with s = gamma / sqrt(running_var + eps), one s per row.

    Args:
        weight: (D, n_in).
        bias: (D,) or None.
        gamma: (D,).
        beta: (D,).
        running_mean: (D,).
        running_var: (D,).
        eps: BN's epsilon.
    """
    scale = gamma / torch.sqrt(running_var + eps)
    shift = -running_mean if bias is None else bias - running_mean
    return scale[:, None] * weight, scale * shift + beta
