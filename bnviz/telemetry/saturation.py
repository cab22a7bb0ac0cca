"""Nonlinearities as formulas: values, derivatives, saturated regions, and the shares of saturated and dead units."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.config import ACTIVATIONS, LEAKY_SLOPE, InputError
from bnviz.telemetry.normal import SaturationStats, normal_cdf, normal_density
from bnviz.telemetry.run_description import SaturationRegion
from bnviz.telemetry.saturated_regions import SATURATED

CURVES = ("sigmoid", "tanh", "relu")
"""Nonlinearities that the chapter on saturation compares."""
_REACH = 12.0
_POINTS = 24_001


_BY_AUTOGRAD: dict[str, Callable[[Tensor], Tensor]] = {
    "silu": F.silu,
    "relu6": F.relu6,
    "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
    "mish": F.mish,
    "softsign": F.softsign,
    "gelu_tanh": partial(F.gelu, approximate="tanh"),
}
"""Nonlinearities that only watched models have, with torch's default parameters."""

DIFFERENTIABLE = frozenset((*ACTIVATIONS, *_BY_AUTOGRAD))
"""Names that ``derivative`` knows."""


def saturation_region(activation_name: str) -> SaturationRegion | None:
    """Return where a nonlinearity counts as saturated; None if it has no saturated region."""
    return SATURATED.get(activation_name)


def slope_at_edge(activation_name: str) -> float:
    """Return the slope where a nonlinearity begins to count as saturated, as a share of its steepest slope.

    For the sigmoid s (1 - s) / (1/4) at s = 0.95, 19 %; for tanh 1 - t^2 at t = 0.97, 5.9 %. So the shares of saturated
    outputs of the two cannot be compared.

    Raises:
        KeyError: the nonlinearity has no saturated region.
    """
    at_edge = derivative(activation_name, torch.tensor(SATURATED[activation_name].region[1], dtype=torch.float64))
    return float(at_edge / derivative(activation_name, torch.zeros((), dtype=torch.float64)))


def activation(name: str, pre_activation: Tensor) -> Tensor:
    """Return the nonlinearity's output, elementwise, for one of ``bnviz.config.ACTIVATIONS``."""
    x = pre_activation
    if name == "sigmoid":
        return torch.sigmoid(x)
    if name == "tanh":
        return torch.tanh(x)
    if name == "relu":
        return x.clamp_min(0)
    if name == "leaky_relu":
        return torch.where(x > 0, x, LEAKY_SLOPE * x)
    if name == "gelu":
        return x * _normal_cdf(x)
    if name == "identity":
        return x
    raise KeyError(name)


def derivative(name: str, pre_activation: Tensor) -> Tensor:
    """Return the nonlinearity's derivative at its input, elementwise; at a kink the left derivative, as in torch.

    - sigmoid: s (1 - s); tanh: 1 - t^2
    - relu: 1 where x > 0, else 0; leaky_relu: 1 where x > 0, else the slope 0.01
    - gelu (x Phi(x), erf form): Phi(x) + x phi(x); identity: 1
    - the other names of DIFFERENTIABLE: by autograd
    """
    x = pre_activation
    if name == "sigmoid":
        s = torch.sigmoid(x)
        return s * (1 - s)
    if name == "tanh":
        return 1 - torch.tanh(x) ** 2
    if name == "relu":
        return (x > 0).to(x.dtype)
    if name == "leaky_relu":
        return torch.where(x > 0, 1.0, LEAKY_SLOPE).to(x.dtype)
    if name == "gelu":
        density = torch.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
        return _normal_cdf(x) + x * density
    if name == "identity":
        return torch.ones_like(x)
    if name in _BY_AUTOGRAD:
        with torch.enable_grad():
            leaf = x.detach().clone().requires_grad_()
            (slope,) = torch.autograd.grad(_BY_AUTOGRAD[name](leaf).sum(), leaf)
        return slope
    raise KeyError(name)


def mean_derivative(name: str, pre_activation: Tensor) -> float:
    """Return the mean derivative over batch and units; frames take it from outputs (``telemetry.slopes``)."""
    return derivative(name, pre_activation).mean().item()


def saturated_fraction(name: str, output: Tensor) -> float:
    """Return the share of outputs in the saturated region, 0..1; NaN where the nonlinearity has none."""
    bounds = SATURATED.get(name)
    if bounds is None:
        return math.nan
    return ((output < bounds.low) | (output > bounds.high)).float().mean().item()


def dead_fraction(output: Tensor) -> float:
    """Return the share of units (columns of (B, D)) whose output is exactly 0 on every sample."""
    return (output == 0).all(0).float().mean().item()


def inactive_fraction(name: str, outputs: Tensor) -> Tensor:
    """Return the share of a layer in each of K nets that passes next to no gradient, (K,).

    For sigmoid and tanh, this is the share of values in the saturated region; for relu, the share of units that are
    0 on all n samples; for other nonlinearities NaN.

    Args:
        name: of the nonlinearity.
        outputs: (K, U, n), the nonlinearity's outputs for n samples.
    """
    limits = SATURATED.get(name)
    if limits is not None:
        return ((outputs < limits.low) | (outputs > limits.high)).float().mean((1, 2))
    if name == "relu":
        return (outputs == 0).all(2).float().mean(1)
    return torch.full((len(outputs),), float("nan"))


def _normal_cdf(x: Tensor) -> Tensor:
    return 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def normal_input_stats(curve: str, mean: float, std: float) -> SaturationStats:
    """Return the exact saturated share, zero share and mean derivative for x ~ N(mean, std^2).

    - share: Phi((low - mean)/std) + 1 - Phi((high - mean)/std), with the saturated region's edges
    - sigmoid, tanh: E[f'(x)] = integral of f'(mean + std z) phi(z) dz, by the trapezoid rule (z in -12..12,
      step 0.001; the error is far below 1e-9 because the integrand is smooth and vanishes on both sides)
    - ReLU: E[f'(x)] = P(x > 0) = Phi(mean/std)

    Args:
        curve: one of ``CURVES``.
        mean: mean of the inputs.
        std: standard deviation of the inputs; 0 means that all inputs are equal.

    Raises:
        InputError: an unknown nonlinearity, or a negative standard deviation.
    """
    if curve not in CURVES:
        raise InputError(f"the nonlinearity must be one of {', '.join(CURVES)}, got {curve!r:.40}")
    if not std >= 0:
        raise InputError(f"a standard deviation is never negative, got {std:g}")
    if curve == "relu":
        positive = normal_cdf(0.0, -mean, std)
        return SaturationStats(math.nan, 1 - positive, positive)
    low, high = SATURATED[curve].region
    share = normal_cdf(low, mean, std) + normal_cdf(-high, -mean, std)
    z = np.linspace(-_REACH, _REACH, _POINTS)
    density = normal_density(z, 0.0, 1.0)
    slope = derivative(curve, torch.from_numpy(mean + std * z)).numpy()
    return SaturationStats(share, math.nan, float(np.trapezoid(slope * density, z)))
