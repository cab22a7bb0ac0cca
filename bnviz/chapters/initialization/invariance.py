"""Scale invariance of BN(W u): what a factor a on W changes, and where epsilon ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bnviz.chapters.initialization.results import EpsilonCurve, ScaleCheck

Loss = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class _Pass:
    """One forward and backward pass at one scale."""

    output: Tensor
    loss: float
    weight: Tensor
    grad_weight: Tensor
    grad_input: Tensor


def check_scale(u: Tensor, weight: Tensor, loss: Loss, scale: float, eps: float) -> ScaleCheck:
    """Measure what the factor ``scale`` on the weights of BN(W u) changes.

    Args:
        u: (B, n_in), inputs of the layer.
        weight: (D, n_in), W.
        loss: takes the normalized output (B, D) to a scalar.
        scale: a > 0.
        eps: added to the variance inside the root; 0 is allowed.

    Source: Ioffe & Szegedy 2015, sec. 3.3.
    """
    if not scale > 0:
        raise ValueError(f"scale must be above 0, got {scale}")
    one, here = _pass(u, weight, loss, eps), _pass(u, weight * scale, loss, eps)
    norm_one, norm_here = one.grad_weight.norm().item(), here.grad_weight.norm().item()
    turn_one, turn_here = norm_one / one.weight.norm().item(), norm_here / here.weight.norm().item()
    largest = one.grad_input.abs().max().item()
    variance = (u @ here.weight.T).var(0, correction=0)
    return ScaleCheck(
        scale=scale,
        eps=eps,
        output_change=(here.output - one.output).abs().max().item(),
        loss=here.loss,
        grad_norm=norm_here,
        grad_ratio=norm_here / norm_one,
        input_grad_change=(here.grad_input - one.grad_input).abs().max().item() / largest,
        step_ratio=turn_here / turn_one,
        radial=radial_share(here.weight, here.grad_weight),
        variance_share=(variance / (variance + eps)).min().item(),
    )


def radial_share(weight: Tensor, grad: Tensor) -> float:
    """Return the largest abs(<w, g>) / (norm(w) norm(g)) over the rows of weight and grad (D, n_in)."""
    inner = (weight * grad).sum(1).abs()
    return float((inner / (weight.norm(dim=1) * grad.norm(dim=1)).clamp_min(1e-300)).max())


def normalized(u: Tensor, weight: Tensor, eps: float) -> Tensor:
    """Return BN(W u) with gamma 1 and beta 0: (B, D), statistics of the batch."""
    x = u @ weight.T
    return (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + eps)


def _pass(u: Tensor, weight: Tensor, loss: Loss, eps: float) -> _Pass:
    inputs, leaf = u.detach().clone().requires_grad_(), weight.detach().clone().requires_grad_()
    output = normalized(inputs, leaf, eps)
    value = loss(output)
    grad_input, grad_weight = torch.autograd.grad(value, (inputs, leaf))
    return _Pass(output.detach(), value.item(), leaf.detach(), grad_weight, grad_input)


def epsilon_curve(u: Tensor, weight: Tensor, loss: Loss, scales: Sequence[float], eps: float) -> EpsilonCurve:
    """Measure the distance from exact invariance and the gradient's size over many scales.

    Args:
        u: (B, n_in).
        weight: (D, n_in).
        loss: takes the normalized output (B, D) to a scalar.
        scales: values of a > 0.
        eps: epsilon.
    """
    ideal = normalized(u, weight, 0.0)
    variance = (u @ weight.T).var(0, correction=0)
    checks = [check_scale(u, weight, loss, scale, eps) for scale in scales]
    measured = [(normalized(u, weight * scale, eps) - ideal).abs().max().item() for scale in scales]
    formula = [distance_formula(ideal, variance, scale, eps) for scale in scales]
    return EpsilonCurve(
        np.asarray(scales, np.float64),
        np.asarray(measured),
        np.asarray(formula),
        np.asarray([check.grad_ratio for check in checks]),
        np.asarray([check.step_ratio for check in checks]),
        float(np.sqrt(eps / variance.median().item())),
        eps,
    )


def distance_formula(x_hat: Tensor, variance: Tensor, scale: float, eps: float) -> float:
    """Return the largest abs(x_hat) (1 - 1 / sqrt(1 + eps / (a^2 sigma^2))): what epsilon takes off x_hat.

    Args:
        x_hat: (B, D), normalized with epsilon 0.
        variance: (D,), sigma^2 of W u, biased.
        scale: a.
        eps: epsilon.
    """
    lost = 1 - 1 / torch.sqrt(1 + eps / (scale**2 * variance))
    return (x_hat.abs() * lost).max().item()
