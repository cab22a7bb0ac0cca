"""Nonlinearities and normalizations of any kind, as modules and as functions."""

import copy
import math

import pytest
import torch
from own_loop import Called, layers, moments_of, record, watched
from torch import nn
from torch.nn import functional as F

NONLINEARITIES = (
    nn.SiLU(), nn.ReLU6(), nn.Hardswish(), nn.ELU(), nn.PReLU(), nn.Mish(), nn.Softplus(), nn.SELU(), nn.Hardsigmoid(),
    nn.LeakyReLU(0.2), nn.GELU("tanh"), nn.Softsign(), nn.Hardtanh(), nn.ReLU(inplace=True), nn.SiLU(inplace=True),
)  # fmt: skip


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES, ids=str)
def test_any_nonlinearity_is_recorded(nonlinearity):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), copy.deepcopy(nonlinearity), nn.Linear(4, 2))
    x = torch.randn(9, 3)
    expected = copy.deepcopy(model)[:3](x).detach()
    assert record(watched(model, x)).moments[0, 2] == moments_of(expected)


FUNCTIONS = {
    "F.relu": F.relu,
    "F.relu in place": lambda x: F.relu(x, inplace=True),
    "torch.relu": torch.relu,
    "Tensor.relu": lambda x: x.relu(),
    "Tensor.relu_": lambda x: x.relu_(),
    "torch.sigmoid": torch.sigmoid,
    "Tensor.tanh": lambda x: x.tanh(),
    "F.silu": F.silu,
    "x * sigmoid(x)": lambda x: x * torch.sigmoid(x),
    "F.gelu": F.gelu,
    "F.leaky_relu": F.leaky_relu,
    "F.hardswish": F.hardswish,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nonlinearities_that_are_functions_are_recorded(name):
    model = Called(
        lambda m, x: m.head(FUNCTIONS[name](m.bn(m.linear(x)))),
        linear=nn.Linear(3, 4),
        bn=nn.BatchNorm1d(4),
        head=nn.Linear(4, 2),
    )
    x = torch.randn(9, 3)
    reference = copy.deepcopy(model)
    normalized = reference.bn(reference.linear(x)).detach()
    watcher = watched(model, x)
    assert record(watcher).moments[0, 1] == moments_of(normalized)
    assert record(watcher).moments[0, 2] == moments_of(FUNCTIONS[name](normalized.clone()))
    assert math.isfinite(record(watcher).derivative[0])


class OwnNorm(nn.Module):
    """A normalization that keeps its statistics under other names and calls torch's function."""

    def __init__(self):
        super().__init__()
        self.register_buffer("average", torch.zeros(4))
        self.register_buffer("spread", torch.ones(4))

    def forward(self, x):
        return F.batch_norm(x, self.average, self.spread, training=self.training, momentum=0.2)


def test_a_normalization_that_is_a_function_is_recorded():
    model = Called(lambda m, x: torch.tanh(m.own(m.linear(x))), linear=nn.Linear(3, 4), own=OwnNorm())
    watcher = watched(model, torch.randn(9, 3))
    (norm,) = watcher.history.description.watched.norms
    assert (norm.name, norm.kind, norm.channels) == ("F.batch_norm", "batch", 4)
    records = watcher.history.norm_records
    assert (records.m.tolist(), records.momentum.round(3).tolist()) == ([9, 9], [pytest.approx(0.2)] * 2)
    assert layers(watcher) == ("F.batch_norm",)


def test_statistics_that_are_not_finite_absent_frozen_or_in_evaluation_mode_look_different():
    model = nn.Sequential(
        nn.BatchNorm1d(3), nn.BatchNorm1d(3, track_running_stats=False), nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    )
    model[0].running_mean[1] = torch.nan
    model[2].eval()
    model[3].weight.requires_grad_(False)
    records = watched(model, torch.randn(6, 3), steps=1).history.norm_records
    assert records.not_finite.tolist() == [1, 0, 0, 0]
    assert records.training.tolist() == [1, 1, 0, 1]
    assert records.uses_batch.tolist() == [1, 1, 0, 1]
    assert records.batches_tracked.tolist() == [1, -1, 0, 1]
    assert [math.isnan(value) for value in records.grad_gamma] == [False, False, False, True]
    assert math.isnan(records.momentum[1]) or records.momentum[1] == pytest.approx(0.1)
    assert [bool(math.isnan(value)) for value in records.z[:, 2]] == [False, True, False, False]


def test_every_kind_of_norm_is_seen_with_its_m():
    class FrozenBatchNorm2d(nn.Module):
        def __init__(self):
            super().__init__()
            for name, value in (("weight", 1.0), ("bias", 0.0), ("running_mean", 0.0), ("running_var", 1.0)):
                self.register_buffer(name, torch.full((4,), value))

        def forward(self, x):
            scale = (self.weight / self.running_var.sqrt())[:, None, None]
            return x * scale + (self.bias - self.running_mean * self.weight)[:, None, None]

    model = nn.Sequential(
        nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4), nn.InstanceNorm2d(4, track_running_stats=True), nn.GroupNorm(2, 4),
        FrozenBatchNorm2d(), nn.LayerNorm([4, 5, 5]), nn.RMSNorm(5),
    )  # fmt: skip
    watcher = watched(model, torch.randn(3, 4, 5, 5), steps=1)
    kinds = [norm.kind for norm in watcher.history.description.watched.norms]
    assert kinds == ["batch", "instance", "group", "frozen", "layer", "rms"]
    assert watcher.history.norm_records.m.tolist() == [75, 25, 50, 75, 100, 5]
    assert watcher.coverage.missed == {}
