"""The gradient before BN, unit by unit: an exact identity, and the bound that the paper prints."""

from __future__ import annotations

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.results import GradientIdentity
from bnviz.config import InputError


def gradient_identity(x: Floats, grad_y: Floats, grad_x: Floats, gamma: Floats, eps: float) -> GradientIdentity:
    """Compare the gradient before BN with the one that follows from the gradient after BN.

    norm(dL/dx_j)^2 = (gamma_j / sigma_j)^2 (norm(g_j)^2 - <1, g_j>^2 / m - <x_hat_j, g_j>^2 / m)   for eps = 0

    It follows from dL/dx = (gamma / sigma) (g - mean(g) - x_hat mean(x_hat g)): for eps = 0 the vectors 1 and
    x_hat are orthogonal and both have squared norm m, so two projections are subtracted.

    Args:
        x: (m, D), BN's input.
        grad_y: (m, D), g, the gradient at BN's output.
        grad_x: (m, D), the gradient at BN's input, by backpropagation.
        gamma: (D,), the scale.
        eps: epsilon, added to the variance.

    Raises:
        InputError: the sizes do not agree, or a unit's values are all equal while eps is 0.

    Source: Santurkar et al. 2018, theorem 4.1, which prints an upper bound with 1 / sqrt(m) on the last term;
    the identity follows from the backward pass of Ioffe & Szegedy 2015, section 3. The theorem's y is our x, its z
    our y.
    """
    x, grad_y, grad_x, gamma = (np.asarray(a, np.float64) for a in (x, grad_y, grad_x, gamma))
    if x.ndim != 2 or x.shape != grad_y.shape or x.shape != grad_x.shape or gamma.shape != x.shape[1:]:
        raise InputError(f"x and both gradients must be (m, D) and gamma (D,), got {x.shape} and {gamma.shape}")
    m, var = len(x), x.var(0)
    if not (var + eps > 0).all():
        raise InputError("a unit whose values are all equal needs eps above 0")
    x_hat = (x - x.mean(0)) / np.sqrt(var + eps)
    return GradientIdentity(
        (grad_x**2).sum(0),
        gamma**2 / (var + eps),
        (grad_y**2).sum(0),
        grad_y.sum(0) ** 2 / m,
        (x_hat * grad_y).sum(0) ** 2 / m,
        (x_hat**2).mean(0),
        m,
    )
