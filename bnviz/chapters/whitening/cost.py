"""The price of whitening: wall time over the width of a layer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from bnviz.chapters.whitening.results import WhiteningCost
from bnviz.chapters.whitening.whiten import METHODS, iter_norm, per_feature, zca
from bnviz.config import InputError
from bnviz.progress import ProgressCallback, no_progress
from bnviz.training.pace import pause_point

WIDTHS = (8, 16, 32, 64, 128, 256, 512)
BATCH = 1024
BUDGET = 3.0
"""Seconds after which no further width is started, to keep the wait short on a busy machine."""

_FUNCTIONS: Mapping[str, Callable[[Tensor], Tensor]] = {"per_feature": per_feature, "zca": zca, "iter_norm": iter_norm}


def measure_cost(
    widths: Sequence[int] = WIDTHS,
    n_samples: int = BATCH,
    repeats: int = 5,
    clock: Callable[[], float] = time.perf_counter,
    budget: float = BUDGET,
    on_progress: ProgressCallback = no_progress,
) -> WhiteningCost:
    """Measure a forward and backward pass of every method, in float32, on this machine.

    Per-feature normalization does about m D operations, the covariance m D^2 and its root D^3.

    Args:
        widths: values of D, 2 to 1,024 each.
        n_samples: m.
        repeats: passes per method and width, after one that is not counted.
        clock: seconds.
        budget: seconds after which no further width is started; the first one always is.
        on_progress: called with (widths done, widths in all).
    """
    if not widths or min(widths) < 2 or max(widths) > 1024 or repeats < 1:
        raise InputError(f"widths of 2 to 1024 and at least one repeat are accepted, got {list(widths)}")
    generator = torch.Generator().manual_seed(0)
    seconds: dict[str, list[float]] = {method: [] for method in METHODS}
    start, measured = clock(), 0
    for width in widths:
        if measured and clock() - start > budget:
            break
        x = torch.randn(n_samples, width, generator=generator, requires_grad=True)
        weight = torch.randn(n_samples, width, generator=generator)
        for method in METHODS:
            times = [_one_pass(_FUNCTIONS[method], x, weight, clock) for _ in range(repeats + 1)]
            seconds[method].append(float(np.median(times[1:])))
        measured += 1
        on_progress(measured, len(widths))
    found = {method: np.array(values) for method, values in seconds.items()}
    ratio = {method: values / found["per_feature"] for method, values in found.items()}
    return WhiteningCost(np.array(widths[:measured]), n_samples, found, ratio, repeats)


def _one_pass(method: Callable[[Tensor], Tensor], x: Tensor, weight: Tensor, clock: Callable[[], float]) -> float:
    pause_point()  # before the clock starts: a wait for others is no cost of the method
    start = clock()
    torch.autograd.grad((method(x) * weight).sum(), x)
    return clock() - start
