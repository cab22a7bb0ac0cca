"""What people's models do, and what watch once made of it: a crash, nothing, or the wrong layer."""

import copy
import io
import math
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import prune

import bnviz
from bnviz.telemetry.recording import load, save


def watched(model, *inputs, steps=2, optimizer=True, every=1, lr=0.01):
    """Train on the given batches in turn; returns the watcher after its block."""
    made = torch.optim.SGD(model.parameters(), lr=lr) if optimizer else None
    with bnviz.watch(model, made, every=every, share=math.inf) as watcher:
        for step in range(steps):
            x = inputs[step % len(inputs)]
            if made is not None:
                made.zero_grad()
            model(x).square().mean().backward()
            if made is not None:
                made.step()
    assert not any("recording stopped" in mark.text for mark in watcher.history.marks)
    return watcher


def layers(watcher):
    return watcher.history.description.arms[0].layers


def record(watcher, index=0):
    return watcher.history.frames[index].arms[0]


class Called(nn.Module):
    """A model whose forward pass is a function of it; its submodules are given by name."""

    def __init__(self, run, **modules):
        super().__init__()
        self.run = run
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, x):
        return self.run(self, x)


def moments_of(values):
    return pytest.approx([values.mean().item(), values.std(correction=0).item()], rel=1e-4, abs=1e-5)


def test_a_norm_after_a_concatenation_stands_alone():
    model = Called(
        lambda m, x: m.bn(torch.cat([m.left(x), m.right(x)], 1)),
        left=nn.Linear(3, 2),
        right=nn.Linear(3, 4),
        bn=nn.BatchNorm1d(6),
    )
    x = torch.randn(8, 3)
    entering = torch.cat([model.left(x), model.right(x)], 1).detach()
    watcher = watched(model, x)
    assert layers(watcher) == ("bn",)
    assert record(watcher).moments[0, 0] == moments_of(entering)
    assert watcher.history.norm_records.m.tolist() == [8, 8]


def test_channels_are_those_of_the_norm_and_not_of_the_linear_layer_before_it():
    model = Called(lambda m, x: m.bn(m.linear(x).transpose(1, 2)), linear=nn.Linear(5, 16), bn=nn.BatchNorm1d(16))
    watcher = watched(model, torch.randn(4, 6, 5))  # 6 tokens
    assert watcher.history.description.arms[0].widths == (16,)
    assert watcher.history.norm_records.m.tolist() == [24, 24]
    assert record(watcher).grad_norm[0] > 0  # the linear layer was found through the transposition


def test_a_norm_over_channels_and_length_takes_axis_one():
    watcher = watched(nn.Sequential(nn.Conv1d(3, 5, 1), nn.BatchNorm1d(5), nn.ReLU()), torch.randn(4, 3, 7))
    assert watcher.history.description.watched.norms[0].channels == 5
    assert watcher.history.norm_records.m.tolist() == [28, 28]


def test_a_head_that_is_not_called_is_told():
    model = Called(
        lambda m, x: m.norm(m.body(x)),
        body=nn.Linear(3, 4),
        norm=nn.BatchNorm1d(4),
        head=nn.Linear(4, 2),
        aside=nn.BatchNorm1d(4),
    )
    coverage = watched(model, torch.randn(6, 3)).coverage
    assert coverage.watched_norms == ("norm",)
    assert coverage.missed == {
        "head": "was not called in 2 observed steps",
        "aside": "was not called in 2 observed steps",
    }
    assert "1 of 2 normalization layers watched, 2 steps, 2 frames" in str(coverage)


def test_attention_that_uses_the_weights_of_a_layer_without_calling_it():
    model = Called(
        lambda m, x: m.norm(m.attention(x, x, x)[0]),
        attention=nn.MultiheadAttention(4, 2, batch_first=True),
        norm=nn.LayerNorm(4),
    )
    coverage = watched(model, torch.randn(2, 3, 4)).coverage
    assert list(coverage.missed) == ["attention.out_proj"]
    assert coverage.watched_norms == ("norm",)


class Predicts(nn.Module):
    """Lightning's way: the loop calls a method, the method calls the layers."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))

    def predict(self, x):
        return self.net(x)

    def piecewise(self, x):
        return self.net[3](F.relu(self.net[1](self.net[0](x))))


@pytest.mark.parametrize("method", ["predict", "piecewise"])
@pytest.mark.parametrize("with_optimizer", [True, False])
def test_a_model_whose_forward_is_never_called_is_seen_by_its_parts(method, with_optimizer):
    model = Predicts()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with bnviz.watch(model, optimizer if with_optimizer else None, every=2) as watcher:
        for _ in range(5):
            getattr(model, method)(torch.randn(6, 3)).square().mean().backward()
            optimizer.step()
    assert watcher.step == 5
    assert [frame.step for frame in watcher.history.frames] == [0, 2, 4]
    assert layers(watcher) == ("net.1",)
    called = "`model.net`" if method == "predict" else "`model.net.0`, `model.net.1`, `model.net.3`"
    assert f"`model.forward` was never called; your loop calls {called}." in str(watcher.coverage)


def test_a_loop_that_gives_no_frame_is_told_at_the_end():
    model = Predicts()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def loop():
        with bnviz.watch(model, optimizer):
            trained = copy.deepcopy(model)
            for _ in range(50):
                trained.predict(torch.randn(6, 3))
                optimizer.step()

    with pytest.warns(
        UserWarning, match="50 steps, 0 frames: `model.forward` was never called; no module of it was called"
    ):
        loop()


def test_a_loop_that_calls_only_a_part_without_norms_is_told_which():
    model = Called(lambda m, x: m.net(x), net=nn.Linear(3, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def loop():
        with bnviz.watch(model, optimizer):
            for _ in range(50):
                model.net(torch.randn(6, 3)).mean().backward()
                optimizer.step()

    with pytest.warns(
        UserWarning, match="50 steps, 0 frames: `model.forward` was never called; your loop calls `model.net`"
    ):
        loop()


def test_stochastic_depth_never_mixes_two_steps():
    """Block "a" runs at even steps, "b" at odd ones: each frame has a row of one of them, the other is blank."""

    def forward(m, x):
        block = m.a if int(x[0, 0]) == 0 else m.b
        return m.head(F.relu(block(x)))

    def block():
        return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))

    model = Called(forward, a=block(), b=block(), head=nn.Linear(4, 1))
    even, odd = torch.zeros(6, 3), torch.ones(6, 3)
    even[:, 1:], odd[:, 1:] = torch.randn(6, 2), 5 + torch.randn(6, 2)
    watcher = watched(model, even, odd, steps=4)
    assert layers(watcher) == ("b.1", "a.1")  # a layer that is new stands where it ran
    ran = [[bool(math.isfinite(value)) for value in frame.arms[0].moments[:, 0, 0]] for frame in watcher.history.frames]
    assert ran == [[False, True], [True, False]] * 2
    assert [frame.step for frame in watcher.history.frames] == [0, 1, 2, 3]
    again = reopened(watcher)
    assert [frame.step for frame in again.frames] == [0, 1, 2, 3]


def reopened(watcher):
    buffer = io.BytesIO()
    save(watcher.history, buffer)
    return load(buffer.getvalue())


def test_one_nonlinearity_for_all_layers_is_the_one_that_takes_the_norms_output():
    """A residual block: what the second ReLU takes is a sum, and not the output of the second normalization."""

    def forward(m, x):
        out = m.bn2(m.conv2(m.relu(m.bn1(m.conv1(x)))))
        out += x
        return m.relu(out)

    def conv():
        return nn.Conv2d(3, 3, 3, padding=1)

    model = Called(
        forward, conv1=conv(), bn1=nn.BatchNorm2d(3), conv2=conv(), bn2=nn.BatchNorm2d(3), relu=nn.ReLU(inplace=True)
    )
    x = torch.randn(4, 3, 5, 5)
    with torch.no_grad():
        reference = copy.deepcopy(model)
        first = F.relu(reference.bn1(reference.conv1(x)))
        second = reference.bn2(reference.conv2(first))
    watcher = watched(model, x)
    assert layers(watcher) == ("bn1", "bn2")
    assert watcher._layers.functions == {"bn1": "relu", "bn2": "identity"}
    assert record(watcher).moments[0, 2] == moments_of(first)
    assert record(watcher).moments[1, 2] == moments_of(second)


def test_a_layer_that_is_called_several_times_is_several_calls():
    model = Called(
        lambda m, x: m.bn(m.linear(x[:4])).sum() + m.bn(m.linear(x[4:])).sum(),
        linear=nn.Linear(3, 2),
        bn=nn.BatchNorm1d(2),
    )
    x = torch.randn(12, 3)
    x[4:] += 10
    watcher = watched(model, x)
    assert layers(watcher) == ("bn", "bn#2")
    records = watcher.history.norm_records
    assert records.call.tolist() == [0, 1, 0, 1]
    assert records.calls.tolist() == [2, 2, 2, 2]
    assert records.m.tolist() == [4, 8, 4, 8]
    assert abs(records.z[1, 2]) > abs(records.z[0, 2])


def test_a_siamese_net_that_is_called_twice_per_step():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with bnviz.watch(model, optimizer, every=1) as watcher:
        for _ in range(2):
            (model(torch.randn(5, 3)) - model(torch.randn(7, 3)).mean(0)).square().mean().backward()
            optimizer.step()
    records = watcher.history.norm_records
    assert (records.step.tolist(), records.call.tolist(), records.m.tolist()) == (
        [0, 0, 1, 1],
        [0, 1, 0, 1],
        [5, 7, 5, 7],
    )


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


def test_a_transposed_convolution_and_an_lstm_before_a_norm():
    generator = nn.Sequential(
        nn.ConvTranspose2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.ConvTranspose2d(4, 1, 3), nn.Tanh()
    )
    watcher = watched(generator, torch.randn(2, 3, 4, 4))
    assert layers(watcher) == ("1", "3")
    assert (record(watcher).grad_norm > 0).all()
    recurrent = Called(
        lambda m, x: m.bn(m.lstm(x)[0].transpose(1, 2)), lstm=nn.LSTM(3, 4, batch_first=True), bn=nn.BatchNorm1d(4)
    )
    assert layers(watched(recurrent, torch.randn(2, 5, 3))) == ("bn",)


def test_a_scripted_part_is_told_and_the_rest_is_watched():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        part = torch.jit.script(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)))
    model = Called(lambda m, x: m.bn(m.part(x)), part=part, bn=nn.BatchNorm1d(4))
    coverage = watched(model, torch.randn(6, 3)).coverage
    assert coverage.watched_norms == ("bn",)
    assert "part.1" in coverage.missed
    assert "TorchScript" in coverage.missed["part.1"]


PARAMETRIZED = {
    "spectral_norm": lambda layer: nn.utils.parametrizations.spectral_norm(layer),
    "weight_norm": lambda layer: nn.utils.parametrizations.weight_norm(layer),
    "prune": lambda layer: prune.l1_unstructured(layer, "weight", 0.3),
}


@pytest.mark.parametrize("name", PARAMETRIZED)
def test_parametrized_weights_are_observed_and_not_computed_again(name):
    def made():
        torch.manual_seed(0)
        return nn.Sequential(PARAMETRIZED[name](nn.Conv2d(3, 4, 3)), nn.BatchNorm2d(4), nn.ReLU())

    x = torch.randn(2, 3, 6, 6)
    alone, model = made(), made()
    optimizer = torch.optim.SGD(alone.parameters(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        alone(x).square().mean().backward()
        optimizer.step()
    watcher = watched(model, x)
    assert all(torch.equal(a, b) for a, b in zip(alone.state_dict().values(), model.state_dict().values(), strict=True))
    assert record(watcher).grad_norm[0] > 0
    assert record(watcher).update_to_data_ratio[0] > 0


def test_lazy_layers_are_known_after_their_first_call():
    model = nn.Sequential(nn.LazyLinear(4), nn.LazyBatchNorm1d(), nn.ReLU(), nn.LazyLinear(2))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch tells that lazy layers may change
        optimizer_made_late = bnviz.watch(model, every=1)
        with optimizer_made_late as watcher:
            assert watcher.coverage.norms[0][2] == 0
            model(torch.randn(6, 3))
            model(torch.randn(6, 3))
    assert watcher.coverage.norms[0][2] == 4
    assert len(watcher.history.frames) == 2


def test_a_pool_before_the_nonlinearity_and_small_maps():
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(4, 5, 2), nn.ReLU()
    )
    x = torch.randn(2, 3, 6, 6)
    expected = copy.deepcopy(model)[:4](x).detach()
    watcher = watched(model, x)
    assert layers(watcher) == ("1", "4")
    assert record(watcher).moments[0, 2] == moments_of(expected)


def test_two_thousand_layers_reopen():
    """2,000 normalizations; the pictures hold some of them, the numbers all."""
    model = nn.Sequential(*(nn.BatchNorm1d(2) for _ in range(2000)))
    watcher = watched(model, torch.randn(4, 2), steps=2)
    assert len(watcher.coverage.watched_norms) == 2000
    assert "1744 layers are left out of the pictures, which hold 256" in str(watcher.coverage)
    again = reopened(watcher)
    assert len(again.description.watched.norms) == 2000
    assert len(again.norm_records) == 4000
    assert len(layers(watcher)) == 256


def test_gradients_by_vmap_are_told():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).eval()
    parameters, buffers = dict(model.named_parameters()), dict(model.named_buffers())

    def loss(parameters, x):
        return torch.func.functional_call(model, (parameters, buffers), (x[None],)).sum()

    with bnviz.watch(model, every=1) as watcher:
        torch.func.vmap(torch.func.grad(loss), (None, 0))(parameters, torch.randn(4, 3))
    assert "1 calls are not seen, each because it ran inside a transform of torch.func" in str(watcher.coverage)


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
