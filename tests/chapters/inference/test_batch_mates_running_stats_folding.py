"""One image among mates, calibration, folding, running statistics: against torch and closed forms."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim.swa_utils import update_bn

from bnviz.chapters.inference.batch_mates import batch_jitter, by_doubt
from bnviz.chapters.inference.folding import compare_folded, folded
from bnviz.chapters.inference.running_stats import chase, measure_noise_left, measure_settling, noise_left, unbiased
from bnviz.config import InputError
from bnviz.norms import BatchNorm
from bnviz.norms.calibration import accuracy, accuracy_in_batches, brighter, calibrated, left_in_training
from bnviz.norms.momentum import settle_steps, to_keras


@pytest.fixture
def net() -> nn.Sequential:
    torch.manual_seed(0)
    made = nn.Sequential(
        nn.Linear(6, 9, bias=False), BatchNorm(9), nn.Tanh(), nn.Linear(9, 5), BatchNorm(5), nn.Linear(5, 3)
    )
    for module in made.modules():
        if isinstance(module, BatchNorm):
            nn.init.uniform_(module.weight, 0.5, 2)
            nn.init.normal_(module.bias)
    for _ in range(30):
        made(2 + 3 * torch.randn(64, 6))
    return made.eval()


@pytest.fixture
def x() -> torch.Tensor:
    return 2 + 3 * torch.randn(200, 6, generator=torch.Generator().manual_seed(1))


def untouched(net: nn.Module, before: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())


def test_jitter_is_what_the_net_says_in_each_batch(net: nn.Sequential, x: torch.Tensor) -> None:
    before = copy.deepcopy(net.state_dict())
    jitter = batch_jitter(net, x, 7, 1, (1, 4, 16), 5)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(3))
    rows = torch.cat([torch.tensor([7]), order[order != 7][:3]])
    expected = copy.deepcopy(net).train()(x[rows])[0].softmax(0)
    assert jitter.training[1, 3] == pytest.approx(expected.detach().numpy(), abs=1e-6)
    assert jitter.evaluation[2, 0] == pytest.approx(net(x[7:8])[0].softmax(0).detach().numpy(), abs=1e-6)
    assert untouched(net, before)
    assert not net.training


def test_evaluation_is_frozen_and_training_is_not(net: nn.Sequential, x: torch.Tensor) -> None:
    jitter = batch_jitter(net, x, 0, 2, (2, 8, 64), 8)
    assert np.all(jitter.spread("evaluation") == 0)
    assert np.all(jitter.spread("training") > 0)
    assert jitter.spread("training")[0] > jitter.spread("training")[2]
    assert jitter.answers("evaluation") == (1, 1, 1)
    assert jitter.of_label("training").shape == (3, 8)


def test_alone_in_training_mode_every_image_looks_the_same(net: nn.Sequential, x: torch.Tensor) -> None:
    alone = [batch_jitter(net, x, row, 0, (1,), 1).training[0, 0] for row in (0, 5, 9)]
    assert alone[0] == pytest.approx(alone[1], abs=1e-12)
    assert alone[0] == pytest.approx(alone[2], abs=1e-12)


def test_impossible_batches_are_refused(net: nn.Sequential, x: torch.Tensor) -> None:
    with pytest.raises(InputError, match="1 to 200 samples"):
        batch_jitter(net, x, 0, 0, (201,), 1)


def test_doubt_is_ordered(net: nn.Sequential, x: torch.Tensor) -> None:
    rows = by_doubt(net, x, 10)
    surest = net(x).softmax(1).max(1).values.detach()
    assert list(surest[list(rows)]) == sorted(surest[list(rows)])
    assert surest[rows[0]] == surest.min()
    assert surest[rows[-1]] == surest.max()


def test_calibration_is_torchs_update_bn(net: nn.Sequential, x: torch.Tensor) -> None:
    ours, theirs = calibrated(net, x, 50), copy.deepcopy(net)
    update_bn(list(x.split(50)), theirs)
    for name, tensor in theirs.state_dict().items():
        assert torch.allclose(ours.state_dict()[name], tensor), name
    assert [m.momentum for m in ours.modules() if isinstance(m, BatchNorm)] == [0.1, 0.1]


def test_calibration_averages_unbiased_variances(net: nn.Sequential, x: torch.Tensor) -> None:
    first = net[0](x).detach()
    parts = first.split(40)
    norm = calibrated(net, x, 40)[1]  # type: ignore[index]
    assert torch.allclose(norm.running_mean, torch.stack([p.mean(0) for p in parts]).mean(0), atol=1e-5)
    assert torch.allclose(norm.running_var, torch.stack([p.var(0) for p in parts]).mean(0), rtol=1e-4)


def test_training_mode_moves_statistics_and_nothing_else(net: nn.Sequential, x: torch.Tensor) -> None:
    moved = left_in_training(net, x + 5, 8, 20)
    assert all(torch.equal(a, b) for a, b in zip(moved.parameters(), net.parameters(), strict=True))
    assert not torch.allclose(moved[1].running_mean, net[1].running_mean)  # type: ignore[index]
    with pytest.raises(InputError, match="2 to 200"):
        left_in_training(net, x, 1, 1)


def test_accuracies_count_right_answers(net: nn.Sequential, x: torch.Tensor) -> None:
    labels = net(x).argmax(1)
    labels[:50] = (labels[:50] + 1) % 3
    assert accuracy(net, x, labels) == pytest.approx(0.75)
    whole = copy.deepcopy(net).train()(x).argmax(1)
    assert accuracy_in_batches(net, x, whole, len(x)) == 1.0


def test_brightness_stays_in_range() -> None:
    assert brighter(torch.tensor([0.0, 0.5, 0.9]), 0.3).tolist() == pytest.approx([0.3, 0.8, 1.0])


def test_folding_changes_nothing_but_rounding(net: nn.Sequential, x: torch.Tensor) -> None:
    result = compare_folded(net, x)
    assert result.largest_difference < 1e-5
    assert result.same_answers == 1.0
    assert (result.modules, result.folded_modules) == (6, 4)
    assert result.parameters - result.folded_parameters == 4 * (9 + 5) - 9  # gone: 2 norms; new: one bias
    exact = compare_folded(copy.deepcopy(net).double(), x.double())
    assert exact.largest_difference < 1e-13
    assert not any(isinstance(module, BatchNorm) for module in folded(net))


def test_a_norm_after_a_nonlinearity_is_not_folded() -> None:
    with pytest.raises(InputError, match="1 is not"):
        folded(nn.Sequential(nn.ReLU(), BatchNorm(3)))


@pytest.mark.parametrize(("momentum", "steps"), [(0.1, 29), (0.01, 299), (0.5, 5), (1.0, 1)])
def test_steps_to_settle_counted_and_by_formula(momentum: float, steps: int) -> None:
    batch = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    assert measure_settling(batch, momentum) == steps == math.ceil(settle_steps(momentum))


def test_the_running_mean_of_a_chase_is_torchs() -> None:
    values = torch.randn(100, generator=torch.Generator().manual_seed(0)) + 4
    found = chase(values, 10, 0.3, 25, seed=2)
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
    found = unbiased(size)
    assert found.unbiased == pytest.approx(1.0, abs=0.02)
    assert found.unbiased / found.biased == pytest.approx(found.factor) == pytest.approx(size / (size - 1))


def test_conventions_convert() -> None:
    assert to_keras(0.1) == 0.9
    assert to_keras(to_keras(0.03)) == 0.03


@pytest.mark.parametrize("momentum", [0.0, -0.1, 1.5])
def test_momenta_outside_their_range_are_refused(momentum: float) -> None:
    with pytest.raises(InputError, match="momentum must be in"):
        settle_steps(momentum)
