"""Dropout before BN: the variance that BN sees in training is not the one that evaluation brings."""

from __future__ import annotations

from torch import Tensor


def variance_with_dropout(weight: Tensor, u: Tensor, p: float) -> Tensor:
    """Return the variance (D,) of W (mask * u) / (1 - p) over samples and masks, biased.

    Var_train = Var_eval + p / (1 - p) sum_k W_jk^2 E[u_k^2]: every input's mask adds variance of its own.

    Args:
        weight: (D, n_in), W.
        u: (B, n_in), what dropout is applied to.
        p: probability of zeroing, 0 <= p < 1.
    """
    plain = (u @ weight.T).var(0, correction=0)
    return plain + p / (1 - p) * (weight.square() @ u.square().mean(0))


def variance_shift(trained: Tensor, evaluated: Tensor) -> Tensor:
    """Return Var_eval / Var_train per unit (D,): 1 where there is no shift (Li et al. 2019)."""
    return evaluated / trained
