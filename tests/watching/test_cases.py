"""What people's models do, and what watch once made of it: a crash, nothing, or the wrong layer."""

import copy
import math
import warnings

import pytest
import torch
from own_loop import Called, layers, moments_of, record, reopened, watched
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import prune

import bnviz
from bnviz.live.messages import backlog


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
    assert (
        len(list(backlog(again, "recorded", b""))) == 1 + 4 + 1 + 1
    )  # what the lab shows: HELLO, frames, curves, STATUS


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
    assert reopened(watcher).description.arms[0].functions == ("relu", "identity")
    assert record(watcher).moments[0, 2] == moments_of(first)
    assert record(watcher).moments[1, 2] == moments_of(second)


def test_a_layer_that_is_called_several_times_is_several_calls():
    torch.manual_seed(0)  # some weights cancel the difference of the two halves
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


def test_eleven_hundred_layers_reopen():
    """More normalizations than Python calls may be nested (1,000); the pictures hold some of them, the numbers all."""
    model = nn.Sequential(*(nn.BatchNorm1d(2) for _ in range(1100)))
    watcher = watched(model, torch.randn(4, 2), steps=2)
    assert len(watcher.coverage.watched_norms) == 1100
    assert "844 layers are left out of the pictures, which hold 256" in str(watcher.coverage)
    again = reopened(watcher)
    assert len(again.description.watched.norms) == 1100
    assert len(again.norm_records) == 2200
    assert len(layers(watcher)) == 256


def test_gradients_by_vmap_are_told():
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).eval()
    parameters, buffers = dict(model.named_parameters()), dict(model.named_buffers())

    def loss(parameters, x):
        return torch.func.functional_call(model, (parameters, buffers), (x[None],)).sum()

    with bnviz.watch(model, every=1) as watcher:
        torch.func.vmap(torch.func.grad(loss), (None, 0))(parameters, torch.randn(4, 3))
    assert "1 calls are not seen, each because it ran inside a transform of torch.func" in str(watcher.coverage)


def test_gradients_of_a_closure_that_runs_the_model_again_are_those_of_the_last_run():
    """Forward and backward before the step and again inside of it, through another branch with fewer layers."""
    model = Called(
        lambda m, x: m.short(x) if x.shape[0] == 4 else m.bn(m.long(x)),
        long=nn.Linear(3, 2),
        bn=nn.BatchNorm1d(2),
        short=nn.Sequential(nn.Linear(3, 2), nn.ReLU()),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def closure():
        optimizer.zero_grad()
        model(torch.randn(4, 3)).square().sum().backward()

    with bnviz.watch(model, optimizer, every=1) as watcher:
        model(torch.randn(5, 3)).square().sum().backward()
        optimizer.step(closure)
    assert layers(watcher) == ("short.0",)
    assert record(watcher).grad_norm[0] == pytest.approx(model.short[0].weight.grad.norm().item())
