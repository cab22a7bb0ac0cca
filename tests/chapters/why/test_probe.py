"""The probe is normalized by a training batch: known answers for each measure of how the inputs move."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from bnviz.chapters.why.covariate_shift import Loss
from bnviz.chapters.why.probe import inputs_of_nonlinearities, statistics_of
from bnviz.chapters.why.probed_run import LAG, Subject, probe_run
from bnviz.config import RunConfig
from bnviz.nets import build_net
from bnviz.norms import BatchNorm, NoisyBatchNorm

CONFIG = RunConfig(depth=2, width=4, activation="sigmoid", norm="batch")


def net(norm: str = "batch") -> nn.Module:
    return build_net(CONFIG.with_fields(norm=norm), 6, 3, torch.Generator().manual_seed(0))


def images(seed: int, count: int = 40) -> Tensor:
    return torch.rand(count, 6, generator=torch.Generator().manual_seed(seed))


def loss_on(x: Tensor) -> Loss:
    return lambda trained: trained(x).square().mean()


def test_the_statistics_are_those_of_the_batch() -> None:
    one, x = net(), images(0)
    found = statistics_of(one, loss_on(x))
    with torch.no_grad():
        first = one.linear1(x)
    torch.testing.assert_close(found[0][0], first.mean(0))
    torch.testing.assert_close(found[0][1], first.var(0, correction=0))
    assert len(found) == 2
    assert (one.norm1.running_mean == 0).all()


def test_the_probe_is_normalized_by_the_batch_and_not_by_itself() -> None:
    one, x, probe = net(), images(0), images(1) + 0.5
    found = inputs_of_nonlinearities(one, probe, statistics_of(one, loss_on(x)))
    with torch.no_grad():
        batch, inputs = one.linear1(x), one.linear1(probe)
        expected = (inputs - batch.mean(0)) / (batch.var(0, correction=0) + one.norm1.eps).sqrt()
    np.testing.assert_allclose(found[0].mean, expected.mean(0), rtol=1e-4, atol=1e-5)
    assert np.abs(found[0].mean).max() > 0.3  # by its own statistics it would be beta = 0
    own = inputs_of_nonlinearities(one, probe, statistics_of(one, loss_on(probe)))
    np.testing.assert_allclose(own[0].mean, 0, atol=1e-5)


def test_noise_goes_on_after_the_normalization() -> None:
    one, x = net("noisy"), images(0)
    assert isinstance(one.norm1, NoisyBatchNorm)
    statistics = statistics_of(one, loss_on(x))
    found = inputs_of_nonlinearities(one, x, statistics)
    assert np.abs(found[0].mean).max() > 0.05
    again = inputs_of_nonlinearities(one, x, statistics)
    np.testing.assert_array_equal(found[0].mean, again[0].mean)  # measured on a copy


class Still(nn.Module):
    """A net whose only parameter, beta of its first norm, moves by a known step."""

    def __init__(self) -> None:
        super().__init__()
        self.linear1 = nn.Linear(6, 4, bias=False)
        self.norm1 = BatchNorm(4)
        self.activation1 = nn.Sigmoid()
        self.head = nn.Linear(4, 3)
        for parameter in self.parameters():
            parameter.requires_grad = True

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.head(self.activation1(self.norm1(self.linear1(x))))
        return result


def still_run(batches: Iterator[Tensor], steps: tuple[int, ...], rate: float) -> dict[str, np.ndarray]:
    """Gradient descent in which every beta rises by ``rate`` at each update and nothing else changes."""
    torch.manual_seed(0)
    one = net()
    optimizer = torch.optim.SGD([one.norm1.bias], lr=rate)
    losses: Iterator[Loss] = (
        (lambda trained, x=x: 0 * trained(x).sum() - trained.get_parameter("norm1.bias").sum()) for x in batches
    )
    return probe_run(Subject(one, optimizer, losses, images(9), np.array([0.1, 0.2])), steps).values


def test_one_update_moves_the_means_by_what_beta_moves() -> None:
    """Weights stay, beta rises by 0.02: the probe's spread is about that of the batch, 1."""
    found = still_run(cycle([images(0)]), (0, 5), 0.02)
    one = net()
    spread = inputs_of_nonlinearities(one, images(9), statistics_of(one, loss_on(images(0))))[0].std
    expected = np.sqrt(np.mean((0.02 / spread) ** 2))
    np.testing.assert_allclose(found["jump_mean"][:, 0], expected, rtol=1e-3)


def test_over_many_updates_the_moves_add_up() -> None:
    found = still_run(cycle([images(0)]), (0, 50, LAG, 2 * LAG), 0.02)
    jump = found["jump_mean"][0, 0]
    np.testing.assert_allclose(found["drift_mean"][:, 0], jump * np.array([0, 50, LAG, LAG]), rtol=1e-2)


def test_another_batch_moves_the_means_though_no_weight_does() -> None:
    found = still_run(cycle([images(0), images(1)]), (0,), 0.0)
    one = net()
    first, second = (
        inputs_of_nonlinearities(one, images(9), statistics_of(one, loss_on(images(seed))))[0] for seed in (0, 1)
    )
    pooled = np.sqrt((first.std**2 + second.std**2) / 2)
    expected = np.sqrt(np.mean(((second.mean - first.mean) / pooled) ** 2))
    assert found["jump_mean"][0, 0] == pytest.approx(0, abs=1e-6)
    assert found["batch_mean"][0, 0] == pytest.approx(expected, rel=1e-4)
    assert expected > 0.05
