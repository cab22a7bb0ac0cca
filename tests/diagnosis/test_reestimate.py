"""Running statistics measured again: against numbers computed by hand and torch's own."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
import torch
from torch import nn

import bnviz
from bnviz.config import InputError
from bnviz.diagnosis.batches import call, first_batches
from bnviz.diagnosis.reestimate import estimated_layers, reestimate


def values(*shape: int, seed: int = 0) -> torch.Tensor:
    return 3 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed)) + 2


def test_the_first_layer_gets_mean_and_variance_of_all_values_whatever_the_batches_are() -> None:
    data = values(50, 4).sort(0).values  # sorted: the means of the batches differ much
    norm = nn.BatchNorm1d(4)
    seen = reestimate(norm, [data[:7], data[7:30], data[30:]])
    torch.testing.assert_close(norm.running_mean, data.mean(0))
    torch.testing.assert_close(norm.running_var, data.var(0))
    assert seen.batches == 3
    assert int(norm.num_batches_tracked) == 3


def test_a_deeper_layer_sees_what_the_layer_before_makes_of_its_batch() -> None:
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 5, 3), nn.BatchNorm2d(5))
    data = values(8, 2, 9, 9)
    twin = copy.deepcopy(net).train()
    with torch.no_grad():
        inputs = twin[:4](data)
    reestimate(net, [data])
    torch.testing.assert_close(net[4].running_mean, inputs.mean((0, 2, 3)))
    torch.testing.assert_close(net[4].running_var, inputs.var((0, 2, 3)))


def test_instance_norm_keeps_averages_over_samples_as_torch_does() -> None:
    norm, twin = nn.InstanceNorm2d(3, track_running_stats=True), nn.InstanceNorm2d(3, track_running_stats=True)
    twin.momentum = 1.0
    data = values(6, 3, 5, 5)
    twin(data)
    reestimate(norm, [data])
    torch.testing.assert_close(norm.running_mean, twin.running_mean)
    torch.testing.assert_close(norm.running_var, twin.running_var)


def test_weights_modes_and_momentum_are_kept_and_dropout_is_off() -> None:
    net = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.9), nn.BatchNorm1d(4, momentum=0.3)).train()
    net[0].eval()
    before = {name: each.clone() for name, each in net.named_parameters()}
    state = torch.get_rng_state()
    data = values(40, 4)
    reestimate(net, [data])
    assert [each.training for each in net] == [False, True, True]
    assert net[2].momentum == 0.3
    assert all(torch.equal(each, before[name]) for name, each in net.named_parameters())
    assert torch.equal(torch.get_rng_state(), state)
    torch.testing.assert_close(net[2].running_var, net[0](data).var(0).detach())
    assert not [hook for module in net.modules() for hook in module._forward_pre_hooks]


def test_a_channel_without_a_finite_value_keeps_its_statistics() -> None:
    norm = nn.BatchNorm1d(2)
    data = values(10, 2)
    data[:, 1] = float("nan")
    reestimate(norm, [data])
    assert norm.running_mean[1] == 0
    assert norm.running_var[1] == 1
    torch.testing.assert_close(norm.running_mean[0], data[:, 0].mean())


def test_a_nan_in_the_old_statistics_is_mended() -> None:
    norm = nn.BatchNorm1d(2)
    norm.running_mean[1] = float("nan")
    reestimate(norm, [values(10, 2)])
    assert norm.running_mean.isfinite().all()


def test_a_last_batch_of_one_is_left_out() -> None:
    norm = nn.BatchNorm1d(2)
    seen = reestimate(norm, [values(10, 2), values(1, 2)])
    assert (seen.batches, seen.skipped) == (1, 1)
    with pytest.raises(InputError, match="refused every batch"):
        reestimate(norm, [values(1, 2)])


def test_an_error_of_the_model_leaves_the_statistics_as_they_were() -> None:
    net = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 3), nn.BatchNorm1d(3))
    with pytest.raises(RuntimeError):
        reestimate(net, [values(5, 2), values(5, 7)])
    assert torch.equal(net[0].running_mean, torch.zeros(2))
    assert int(net[0].num_batches_tracked) == 0
    assert net.training


def test_layers_without_statistics_and_frozen_ones_are_no_candidates() -> None:
    net = nn.Sequential(nn.BatchNorm1d(2, track_running_stats=False), nn.LayerNorm(2), nn.BatchNorm1d(2))
    assert [layer.name for layer in estimated_layers(net)] == ["2"]


class Two(nn.Module):
    """A model of two inputs."""

    def forward(self, first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
        return first + second


def test_a_batch_is_given_to_the_model_as_its_forward_takes_it() -> None:
    one, two = torch.ones(2), torch.full((2,), 2.0)
    assert call(nn.Identity(), one) is one
    assert call(nn.Identity(), (one, two)) is one
    assert torch.equal(call(Two(), [one, two, one]), one + two)
    assert torch.equal(call(Two(), {"first": one, "second": two, "labels": one}), one + two)
    with pytest.raises(InputError, match="got str"):
        call(nn.Identity(), "batch")


def test_a_loader_is_not_read_further_than_needed() -> None:
    endless = iter(lambda: torch.ones(1), None)
    assert len(list(first_batches(endless, 3))) == 3
    with pytest.raises(InputError, match="iterable"):
        first_batches(3, 3)
    with pytest.raises(InputError, match="at least 1"):
        first_batches([], 0)


def test_an_error_of_the_loader_is_told_as_the_loaders() -> None:
    def stopping() -> Iterator[torch.Tensor]:
        yield values(5, 2)
        raise OSError("no such\nfile")

    for use in (bnviz.diagnose, bnviz.recalibrate):
        with pytest.raises(InputError, match=r"^the loader stopped with OSError: no such file$"):
            use(nn.BatchNorm1d(2), stopping())
