"""How flat a nonlinearity answers a normal input, exactly and on a mini-batch, before and after BN."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from bnviz.config import InputError
from bnviz.norms import batch_norm_forward
from bnviz.telemetry.saturation import SATURATED, activation, derivative, mean_derivative, saturated_fraction

Floats = npt.NDArray[np.float64]

CURVES = ("sigmoid", "tanh", "relu")
"""Nonlinearities that the chapter compares."""

EPS = 1e-5

_REACH = 12.0
_POINTS = 24_001
_VIEW = 10.0


@dataclass(frozen=True, slots=True)
class Share:
    """What a nonlinearity makes of a distribution of inputs; NaN where a question does not apply.

    Attributes:
        saturated: share of inputs in the saturated region, 0..1 (sigmoid and tanh only).
        zero: share of inputs whose output is exactly 0, 0..1 (ReLU only).
        derivative: mean derivative E[f'(x)].
    """

    saturated: float
    zero: float
    derivative: float


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Inputs of the nonlinearity at one place: before or after BN.

    Attributes:
        mean: of the normal distribution that they come from.
        std: its standard deviation.
        sample: (N,), the drawn values there.
        sample_mean: their mean.
        sample_std: their (biased) standard deviation.
        exact: what the nonlinearity makes of the distribution.
        sampled: what it makes of the drawn values.
    """

    mean: float
    std: float
    sample: Floats
    sample_mean: float
    sample_std: float
    exact: Share
    sampled: Share


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Normal inputs of one unit on their way through BN into a nonlinearity.

    Attributes:
        curve: name of the nonlinearity.
        before: its inputs without BN.
        after: its inputs with BN: gamma * x_hat + beta.
        gain: exact mean derivative after over before.
        sampled_gain: the same on the drawn values.
    """

    curve: str
    before: Stage
    after: Stage
    gain: float
    sampled_gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A nonlinearity on a fixed range: x, f(x), f'(x), each (n,), and its saturated region or None."""

    x: Floats
    value: Floats
    slope: Floats
    region: tuple[float, float] | None


def normal_share(curve: str, mean: float, std: float) -> Share:
    """Return saturated share, zero share and mean derivative for x ~ N(mean, std^2), exactly.

    - share: Phi((low - mean)/std) + 1 - Phi((high - mean)/std), with the saturated region's edges
    - sigmoid, tanh: E[f'(x)] = integral of f'(mean + std z) phi(z) dz, by the trapezoid rule (z in -12..12,
      step 0.001; its error is far below 1e-9 as the integrand is smooth and dies out on both sides)
    - ReLU: E[f'(x)] = P(x > 0) = Phi(mean/std)

    Args:
        curve: one of ``CURVES``.
        mean: of the inputs.
        std: their standard deviation; 0 means that all inputs are equal.

    Raises:
        InputError: an unknown nonlinearity, or a negative standard deviation.
    """
    if curve not in CURVES:
        raise InputError(f"the nonlinearity must be one of {', '.join(CURVES)}, got {curve!r:.40}")
    if not std >= 0:
        raise InputError(f"a standard deviation is never negative, got {std:g}")
    if curve == "relu":
        positive = _below(0.0, -mean, std)
        return Share(math.nan, 1 - positive, positive)
    low, high = SATURATED[curve].region
    share = _below(low, mean, std) + _below(-high, -mean, std)
    z = np.linspace(-_REACH, _REACH, _POINTS)
    density = normal_density(z, 0.0, 1.0)
    slope = derivative(curve, torch.from_numpy(mean + std * z)).numpy()
    return Share(share, math.nan, float(np.trapezoid(slope * density, z)))


def normal_density(x: Floats, mean: float, std: float) -> Floats:
    """Return the density of N(mean, std^2) at x; std > 0."""
    density: Floats = np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * math.sqrt(2 * math.pi))
    return density


def sampled_share(curve: str, x: Tensor) -> Share:
    """Return the same three numbers for given inputs x (N,)."""
    output = activation(curve, x)
    zero = (output == 0).double().mean().item() if curve == "relu" else math.nan
    return Share(saturated_fraction(curve, output), zero, mean_derivative(curve, x, output))


def normalized_moments(std: float, gamma: float, beta: float, eps: float = EPS) -> tuple[float, float]:
    """Return mean and standard deviation after BN: (beta, |gamma| std / sqrt(std^2 + eps)).

    Source: Ioffe & Szegedy 2015, algorithm 1, with the moments of the whole distribution.
    """
    return beta, abs(gamma) * std / math.sqrt(std * std + eps)


def flow(
    curve: str, mean: float, std: float, gamma: float, beta: float, samples: int = 1000, seed: int = 0
) -> Flow:
    """Send x ~ N(mean, std^2) through BN and a nonlinearity, exactly and as one drawn mini-batch.

    Args:
        curve: one of ``CURVES``.
        mean: of the unit's pre-activation.
        std: its standard deviation.
        gamma: BN's scale.
        beta: BN's shift.
        samples: size of the drawn mini-batch.
        seed: of the draw.

    Raises:
        InputError: as ``normal_share``, or fewer than 2 samples.
    """
    if samples < 2:
        raise InputError(f"a mini-batch needs at least 2 samples, got {samples}")
    generator = torch.Generator().manual_seed(seed)
    x = mean + std * torch.randn(samples, 1, generator=generator, dtype=torch.float64)
    y, _ = batch_norm_forward(x, torch.full((1,), gamma).double(), torch.full((1,), beta).double(), EPS)
    before = _stage(curve, mean, std, x[:, 0])
    after = _stage(curve, *normalized_moments(std, gamma, beta), y[:, 0])
    return Flow(
        curve,
        before,
        after,
        _ratio(after.exact.derivative, before.exact.derivative),
        _ratio(after.sampled.derivative, before.sampled.derivative),
    )


def response(curve: str, points: int = 401) -> Response:
    """Return a nonlinearity and its derivative on -10..10, for drawing."""
    x = torch.linspace(-_VIEW, _VIEW, points, dtype=torch.float64)
    bounds = SATURATED.get(curve)
    return Response(
        x.numpy(),
        activation(curve, x).numpy(),
        derivative(curve, x).numpy(),
        None if bounds is None else bounds.region,
    )


def _stage(curve: str, mean: float, std: float, x: Tensor) -> Stage:
    return Stage(
        mean,
        std,
        x.numpy(),
        x.mean().item(),
        x.std(correction=0).item(),
        normal_share(curve, mean, std),
        sampled_share(curve, x),
    )


def _below(edge: float, mean: float, std: float) -> float:
    """Return P(x < edge) for x ~ N(mean, std^2), precise in the far tail too."""
    if std == 0:
        return float(mean < edge)
    return 0.5 * math.erfc((mean - edge) / (std * math.sqrt(2)))


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else math.inf
