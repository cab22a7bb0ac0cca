"""The gradient before BN, unit by unit: an exact identity, and the bound that the paper prints."""

from __future__ import annotations

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.results import GradientIdentity
from bnviz.config import InputError


def gradient_identity(y: Floats, grad_z: Floats, grad_y: Floats, gamma: Floats, eps: float) -> GradientIdentity:
    """Compare the gradient before BN with the one that follows from the gradient after BN.

    norm(dL/dy_j)^2 = (gamma_j / s_j)^2 (norm(g_j)^2 - <1, g_j>^2 / m - <y_hat_j, g_j>^2 / m)   for eps = 0

    It follows from dL/dy = (gamma / s) (g - mean(g) - y_hat mean(y_hat g)): for eps = 0 the vectors 1 and
    y_hat are orthogonal and both have squared norm m, so two projections are subtracted.

    Args:
        y: (m, D), BN's input.
        grad_z: (m, D), g, the gradient at BN's output.
        grad_y: (m, D), the gradient at BN's input, by backpropagation.
        gamma: (D,), the scale.
        eps: epsilon, added to the variance.

    Raises:
        InputError: the sizes do not agree, or a unit's values are all equal while eps is 0.

    Source: Santurkar et al. 2018, theorem 4.1, which prints an upper bound with 1 / sqrt(m) on the last term;
    the identity follows from the backward pass of Ioffe & Szegedy 2015, section 3.
    """
    y, grad_z, grad_y, gamma = (np.asarray(a, np.float64) for a in (y, grad_z, grad_y, gamma))
    if y.ndim != 2 or y.shape != grad_z.shape or y.shape != grad_y.shape or gamma.shape != y.shape[1:]:
        raise InputError(f"y and both gradients must be (m, D) and gamma (D,), got {y.shape} and {gamma.shape}")
    m, var = len(y), y.var(0)
    if not (var + eps > 0).all():
        raise InputError("a unit whose values are all equal needs eps above 0")
    y_hat = (y - y.mean(0)) / np.sqrt(var + eps)
    return GradientIdentity(
        (grad_y**2).sum(0),
        gamma**2 / (var + eps),
        (grad_z**2).sum(0),
        grad_z.sum(0) ** 2 / m,
        (y_hat * grad_z).sum(0) ** 2 / m,
        (y_hat**2).mean(0),
        m,
    )
