"""Running statistics: how fast they follow, how much noise they keep, and which variance they hold."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from bnviz.chapters.inference.results import RunningMeanTrace, VarianceEstimates
from bnviz.config import InputError
from bnviz.norms import update_running
from bnviz.norms.momentum import settle_steps


def measure_settling(batch: Tensor, momentum: float, share: float = 0.05, max_steps: int = 100_000) -> int:
    """Return after how many updates with the same batch (B, D) the running mean's gap is at most the share.

    It runs the update itself (``bnviz.norms.update_running``, float64) from mean 0 and uses no formula.
    """
    batch = batch.double()
    target = batch.mean(0)
    mean, var = torch.zeros_like(target), torch.ones_like(target)
    first = float(target.norm())
    for step in range(1, max_steps + 1):
        mean, var = update_running(mean, var, batch, momentum)
        if float((target - mean).norm()) <= share * first * (1 + 1e-9):
            return step
    raise InputError(f"not settled within {max_steps} updates at momentum {momentum}")


def running_mean_trace(
    values: Tensor, batch_size: int, momentum: float, n_steps: int, seed: int = 0
) -> RunningMeanTrace:
    """Let a running mean follow the batch means of one unit whose weights are fixed.

    Args:
        values: (N,) the unit's pre-activation for every sample.
        batch_size: samples per batch, drawn without repetition.
        momentum: weight of the new batch.
        n_steps: updates.
        seed: of the draws.
    """
    generator = torch.Generator().manual_seed(seed)
    draws = [torch.randperm(len(values), generator=generator)[:batch_size] for _ in range(n_steps)]
    batches = [values[draw].double()[:, None] for draw in draws]
    mean, var = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    running = [0.0]
    for batch in batches:
        mean, var = update_running(mean, var, batch, momentum)
        running.append(float(mean))
    return RunningMeanTrace(
        momentum,
        np.array([float(batch.mean()) for batch in batches]),
        np.array(running),
        float(values.double().mean()),
        settle_steps(momentum),
        measure_settling(batches[0], momentum),
    )


def noise_left(momentum: float) -> float:
    """Return sd(running mean) / sd(batch mean) once settled, for independent batches: sqrt(m / (2 - m)).

    From r' = (1 - m) r + m b: Var r = (1 - m)^2 Var r + m^2 Var b.
    """
    return math.sqrt(momentum / (2.0 - momentum))


def measure_noise_left(momentum: float, n_steps: int = 20_000, seed: int = 0) -> float:
    """Return sd(running mean) / sd(batch mean), measured on independent standard normal batch means."""
    means = np.random.default_rng(seed).standard_normal(n_steps)
    running, kept = 0.0, np.empty(n_steps)
    for step, mean in enumerate(means):
        running += momentum * (mean - running)
        kept[step] = running
    settled = math.ceil(settle_steps(momentum, 0.001))
    return float(kept[settled:].std() / means[settled:].std())


def variance_estimates(batch_size: int, n_batches: int = 20_000, seed: int = 0) -> VarianceEstimates:
    """Draw many batches from N(0, 1) and average both variances.

    Args:
        batch_size: m, at least 2.
        n_batches: number of batches.
        seed: of the draw.

    Source: Ioffe & Szegedy 2015, sec. 3.1: Var[x] = m / (m - 1) * E_B[biased batch variance].
    """
    if batch_size < 2:
        raise InputError(f"the unbiased variance needs at least 2 samples, got {batch_size}")
    x = np.random.default_rng(seed).standard_normal((n_batches, batch_size))
    return VarianceEstimates(
        batch_size, float(x.var(1).mean()), float(x.var(1, ddof=1).mean()), batch_size / (batch_size - 1)
    )
