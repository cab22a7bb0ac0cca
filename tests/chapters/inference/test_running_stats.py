"""Running statistics against torch and closed forms."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from bnviz.chapters.inference.running_stats import (
    measure_noise_left,
    measure_settling,
    noise_left,
    running_mean_trace,
    variance_estimates,
)
from bnviz.config import InputError
from bnviz.norms.momentum import settle_steps, to_keras


@pytest.mark.parametrize(("momentum", "steps"), [(0.1, 29), (0.01, 299), (0.5, 5), (1.0, 1)])
def test_steps_to_settle_counted_and_by_formula(momentum: float, steps: int) -> None:
    batch = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    assert measure_settling(batch, momentum) == steps == math.ceil(settle_steps(momentum))


def test_the_running_mean_is_torchs() -> None:
    values = torch.randn(100, generator=torch.Generator().manual_seed(0)) + 4
    found = running_mean_trace(values, 10, 0.3, 25, seed=2)
    layer, generator = nn.BatchNorm1d(1, momentum=0.3).double(), torch.Generator().manual_seed(2)
    for step in range(25):
        layer(values[torch.randperm(100, generator=generator)[:10]].double()[:, None])
        assert found.running[step + 1] == pytest.approx(float(layer.running_mean))
    assert found.population == pytest.approx(float(values.mean()), rel=1e-6)
    assert found.reached == pytest.approx(found.running[-1] / found.population)


@pytest.mark.parametrize("momentum", [0.01, 0.1, 0.5, 1.0])
def test_noise_left_by_formula_and_measured(momentum: float) -> None:
    assert measure_noise_left(momentum) == pytest.approx(noise_left(momentum), rel=0.12)


@pytest.mark.parametrize("size", [2, 3, 32])
def test_the_biased_variance_is_too_small_by_the_factor(size: int) -> None:
    found = variance_estimates(size)
    assert found.unbiased == pytest.approx(1.0, abs=0.02)
    assert found.unbiased / found.biased == pytest.approx(found.factor) == pytest.approx(size / (size - 1))


def test_conventions_convert() -> None:
    assert to_keras(0.1) == 0.9
    assert to_keras(to_keras(0.03)) == 0.03


@pytest.mark.parametrize("momentum", [0.0, -0.1, 1.5])
def test_momenta_outside_their_range_are_refused(momentum: float) -> None:
    with pytest.raises(InputError, match="momentum must be in"):
        settle_steps(momentum)
