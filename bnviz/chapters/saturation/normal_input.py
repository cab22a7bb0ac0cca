"""The slope of a nonlinearity under a normal input, exactly and on a mini-batch, before and after BN."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from bnviz.chapters.saturation.results import ActivationCurve, BatchNormEffect, Stage
from bnviz.config import InputError
from bnviz.norms import batch_norm_forward
from bnviz.telemetry.normal import SaturationStats
from bnviz.telemetry.saturated_regions import SATURATED
from bnviz.telemetry.saturation import activation, derivative, mean_derivative, normal_input_stats, saturated_fraction

EPS = 1e-5

_VIEW = 10.0


def sample_stats(curve: str, x: Tensor) -> SaturationStats:
    """Return the saturated share, the share of zeros and the mean derivative for inputs x (N,)."""
    output = activation(curve, x)
    zero_fraction = (output == 0).double().mean().item() if curve == "relu" else math.nan
    return SaturationStats(saturated_fraction(curve, output), zero_fraction, mean_derivative(curve, x))


def normalized_moments(std: float, gamma: float, beta: float, eps: float = EPS) -> tuple[float, float]:
    """Return mean and standard deviation after BN: (beta, |gamma| std / sqrt(std^2 + eps)).

    Source: Ioffe & Szegedy 2015, algorithm 1, with the moments of the whole distribution.
    """
    return beta, abs(gamma) * std / math.sqrt(std * std + eps)


def batch_norm_effect(
    curve: str, mean: float, std: float, gamma: float, beta: float, n_samples: int = 1000, seed: int = 0
) -> BatchNormEffect:
    """Send x ~ N(mean, std^2) through BN and a nonlinearity, exactly and as one drawn mini-batch.

    Args:
        curve: one of ``CURVES``.
        mean: of the unit's pre-activation.
        std: its standard deviation.
        gamma: BN's scale.
        beta: BN's shift.
        n_samples: size of the drawn mini-batch.
        seed: of the draw.

    Raises:
        InputError: as ``normal_input_stats``, or fewer than 2 samples.
    """
    if n_samples < 2:
        raise InputError(f"a mini-batch needs at least 2 samples, got {n_samples}")
    generator = torch.Generator().manual_seed(seed)
    x = mean + std * torch.randn(n_samples, 1, generator=generator, dtype=torch.float64)
    y, _ = batch_norm_forward(x, torch.full((1,), gamma).double(), torch.full((1,), beta).double(), EPS)
    before = _stage(curve, mean, std, x[:, 0])
    after = _stage(curve, *normalized_moments(std, gamma, beta), y[:, 0])
    return BatchNormEffect(
        curve,
        before,
        after,
        _ratio(after.exact.derivative, before.exact.derivative),
        _ratio(after.sampled.derivative, before.sampled.derivative),
    )


def activation_curve(curve: str, points: int = 401) -> ActivationCurve:
    """Return a nonlinearity and its derivative on -10..10, for drawing."""
    x = torch.linspace(-_VIEW, _VIEW, points, dtype=torch.float64)
    bounds = SATURATED.get(curve)
    return ActivationCurve(
        x.numpy(), activation(curve, x).numpy(), derivative(curve, x).numpy(), None if bounds is None else bounds.region
    )


def _stage(curve: str, mean: float, std: float, x: Tensor) -> Stage:
    return Stage(
        mean,
        std,
        x.numpy(),
        x.mean().item(),
        x.std(correction=0).item(),
        normal_input_stats(curve, mean, std),
        sample_stats(curve, x),
    )


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else math.inf
