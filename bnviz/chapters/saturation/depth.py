"""The norm of the gradient in every layer of a stack, with and without BN and skips."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from bnviz.array_types import Floats
from bnviz.norms import batch_norm_forward

YANG_FACTOR = math.sqrt(math.pi / (math.pi - 1))
"""Growth of the gradient per layer in wide ReLU nets, BN, no skips: 1.211 (Yang et al. 2019, reported)."""

EPS = 1e-5

# telemetry.saturation.activation is no use here: its ReLU is a clamp, which passes the gradient at exactly 0.
_CURVES = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}


def gradient_norms(
    x: Tensor, y: Tensor, weights: Sequence[Tensor], head: Tensor, curve: str, normalized: bool, skip: bool
) -> Floats:
    """Return |d loss/d h_l| for l = 1 .. L of an MLP without biases, Euclidean over batch and units.

    h_1 = g(W_1 x), h_l = g(W_l h_{l-1}), or h_{l-1} + g(W_l h_{l-1}) with a skip; g is the nonlinearity,
    after BN (gamma 1, beta 0) where there is BN. The loss is the cross-entropy.

    Args:
        x: inputs (B, n); give double precision: float32 knows no numbers below 1e-45.
        y: classes (B,).
        weights: W_1 (D, n), then W_l (D, D).
        head: (C, D).
        curve: "sigmoid", "tanh" or "relu".
        normalized: whether BN is applied before every nonlinearity.
        skip: whether every layer but the first adds its input to its output.

    Returns:
        (L,), the first layer's first.
    """
    hidden: list[Tensor] = []
    h = x
    for weight in weights:
        u = h @ weight.T
        if normalized:
            ones = u.new_ones(u.shape[1])
            u, _ = batch_norm_forward(u, ones, torch.zeros_like(ones), EPS)
        out = _CURVES[curve](u)
        h = (h + out if skip and hidden else out).requires_grad_()
        hidden.append(h)
    gradients = torch.autograd.grad(functional.cross_entropy(h @ head.T, y), hidden)
    return np.array([gradient.norm().item() for gradient in gradients])
