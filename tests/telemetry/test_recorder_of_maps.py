"""The recorder on convolutional nets made by hand: every number against numpy's on the whole maps."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.telemetry import maps
from bnviz.telemetry.recorder import MAX_RATIO_SAMPLES, Edges, Recorder, edges_for, subsample
from bnviz.telemetry.records import BINS, PARAMETERS, QUANTILES
from bnviz.telemetry.reduce import reduce_observations

NAN4 = (float("nan"),) * 4


@dataclass
class Layer:
    linear: nn.Module
    norm: nn.Module | None
    activation: nn.Module
    position: str = "before"


class Net(nn.Module):
    """Two convolutions of different widths and a linear layer; keeps every output whole."""

    def __init__(self, norms=(True, True), widths=(3, 5), affine=True):
        super().__init__()
        torch.manual_seed(0)
        first, second = widths
        convs = [nn.Conv2d(2, first, 3, padding=1), nn.Conv2d(first, second, 3, padding=1)]
        self.layers = [
            Layer(conv, nn.BatchNorm2d(conv.out_channels, affine=affine) if norm else None, nn.ReLU())
            for conv, norm in zip(convs, norms, strict=True)
        ]
        self.layers.append(Layer(nn.Linear(second, 4), None, nn.ReLU()))
        self.head = nn.Linear(4, 2)
        parts = [m for layer in self.layers for m in (layer.linear, layer.norm, layer.activation)]
        self.parts = nn.ModuleList([m for m in parts if m is not None])

    def forward(self, x):
        self.whole = []
        for layer in self.layers:
            if isinstance(layer.linear, nn.Linear):
                x = x.mean((2, 3))
            linear = layer.linear(x)
            norm = linear if layer.norm is None else layer.norm(linear)
            x = layer.activation(norm)
            self.whole.append([rows(part) for part in (linear, norm, x)])
        return self.head(x)


def rows(values):
    values = values.detach().clone()
    return (values if values.dim() == 2 else values.permute(0, 2, 3, 1).flatten(0, 2)).numpy()


def reduced(observation):
    return reduce_observations([observation])[0]


def observe(net, x, memory=torch.channels_last):
    recorder = Recorder(net.layers, net.head, "relu", edges_for(["relu"]))
    with recorder.observing():
        net(x.contiguous(memory_format=memory)).mean().backward()
    recorder.before_update()
    torch.optim.SGD(net.parameters(), lr=0.1).step()
    return recorder.take(NAN4)


@pytest.mark.parametrize("memory", [torch.contiguous_format, torch.channels_last])
def test_small_maps_are_taken_whole(memory):
    """4 x 5 x 5 places of 3 and 5 channels: all of them count."""
    net = Net()
    record = reduced(observe(net, torch.randn(4, 2, 5, 5), memory))
    for index, stages in enumerate(net.whole):
        for stage, values in enumerate(stages):
            inner, _ = np.histogram(values, BINS, (-6, 6))
            assert record.histogram[index, stage].sum() == values.size
            assert np.abs(record.histogram[index, stage, 1:-1].astype(int) - inner).sum() <= 2  # rounding
            np.testing.assert_allclose(record.quantiles[index, stage], np.quantile(values, QUANTILES), atol=1e-5)
            np.testing.assert_allclose(record.moments[index, stage], [values.mean(), values.std()], atol=1e-5)
        entering = stages[1]
        np.testing.assert_allclose(record.derivative[index], (entering > 0).mean(), rtol=1e-6)
        percentiles = np.quantile(entering, (0.15, 0.5, 0.85), axis=0).T
        np.testing.assert_allclose(record.unit_percentiles[index, : len(percentiles)], percentiles, atol=4e-3)
        assert np.isnan(record.unit_percentiles[index, len(percentiles) :]).all()
    assert record.unit_percentiles.shape == (3, 5, 3)


def test_large_maps_are_sampled_but_their_batch_statistics_are_exact():
    net = Net(widths=(24, 20))
    with torch.no_grad():  # one channel that is silent, one that speaks at subsample places only
        net.layers[0].linear.bias[:2] = torch.tensor([-1e3, 0.0])
        net.layers[0].norm.bias[0] = -1e3
        net.layers[0].norm.bias[1] = -2.9
    record = reduced(observe(net, torch.randn(16, 2, 12, 12)))
    for index in range(2):
        linear, normalized, out = net.whole[index]
        assert record.histogram[index].sum(axis=-1).tolist() == [2048] * 3
        for name, per_unit in (("batch_mean", linear.mean(0)), ("batch_var", linear.var(0))):
            found = record.parameters[index, PARAMETERS.index(name)]
            np.testing.assert_allclose(found, np.quantile(per_unit, QUANTILES), rtol=2e-3, atol=1e-5)
        assert record.dead_fraction[index] == pytest.approx((out == 0).all(0).mean())
        # A sample of 2,048 values: levels off by at most 5 %, 4 and a half standard errors.
        levels = [(normalized <= value).mean() for value in record.quantiles[index, 1]]
        np.testing.assert_allclose(levels, QUANTILES, atol=0.05)
    assert record.dead_fraction[0] == pytest.approx(1 / 24)
    out = torch.from_numpy(net.whole[0][2]).view(16, 12, 12, 24).movedim(-1, 1)
    assert (maps.sample_positions(out) == 0).all(0).sum() == 2  # the sample alone could not tell them apart


def test_saturation_of_bounded_maps():
    conv = nn.Conv2d(1, 1, 1, bias=False)
    nn.init.ones_(conv.weight)
    layers, head = [Layer(conv, None, nn.Tanh())], nn.Linear(4, 1)
    recorder = Recorder(layers, head, "tanh", edges_for(["tanh"]))
    with recorder.observing():
        torch.tanh(head(layers[0].activation(conv(torch.tensor([[[[0.0, 3.0], [2.0, -3.0]]]]))).flatten(1)))
    record = recorder.record(NAN4)
    assert record.saturated_fraction.tolist() == [0.5]  # |tanh(3)| > 0.97 > tanh(2)
    slopes = 1 - np.tanh([0.0, 3.0, 2.0, -3.0]) ** 2
    assert record.derivative == pytest.approx([slopes.mean()], rel=1e-5)


def test_a_layer_without_norm_among_normalized_ones_repeats_its_linear_stage():
    record = reduced(observe(Net(norms=(False, True)), torch.randn(4, 2, 5, 5)))
    for name in ("histogram", "quantiles", "moments"):
        values = getattr(record, name)
        assert np.array_equal(values[0, 0], values[0, 1])
        assert not np.array_equal(values[1, 0], values[1, 1])
    assert np.isnan(record.parameters[[0, 2]]).all()
    assert np.isfinite(record.parameters[1]).all()


class PerPlace(nn.Module):
    """A normalization with a gamma for each place, and running statistics of another length."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 5, 5))
        self.bias = None
        self.register_buffer("running_mean", torch.zeros(75))

    def forward(self, x):
        return x * self.weight


def test_what_a_norm_does_not_hold_per_unit_is_unknown():
    net = Net(affine=False)
    net.layers[0].norm = net.parts[1] = PerPlace()
    record = reduced(observe(net, torch.randn(4, 2, 5, 5)))
    known = {name: np.isfinite(record.parameters[:, row]).all(-1) for row, name in enumerate(PARAMETERS)}
    assert {name: values[:2].tolist() for name, values in known.items()} == {
        "gamma": [False, False],
        "beta": [False, False],
        "batch_mean": [True, True],
        "batch_var": [True, True],
        "running_mean": [False, True],
        "running_var": [False, True],
    }


def test_an_inactive_norm_repeats_the_pre_activations():
    net = Net()
    net.layers[1].norm = net.parts[4] = nn.Identity()
    record = reduced(observe(net, torch.randn(4, 2, 5, 5)))
    assert np.array_equal(record.histogram[1, 0], record.histogram[1, 1])
    assert np.isfinite(record.parameters[1, PARAMETERS.index("batch_mean")]).all()
    assert np.isnan(record.parameters[1, PARAMETERS.index("gamma")]).all()


def test_arms_of_different_widths_together_are_as_each_alone():
    x = torch.randn(4, 2, 5, 5)
    seen = [observe(net, x) for net in (Net(), Net(norms=(False, False)), Net(widths=(4, 7)))]
    for alone, together in zip([reduced(one) for one in seen], reduce_observations(seen), strict=True):
        for name in alone.__slots__:
            np.testing.assert_array_equal(getattr(together, name), getattr(alone, name), err_msg=name)


def test_a_blank_record_has_the_shapes_of_a_full_one():
    net = Net()
    recorder = Recorder(net.layers, net.head, "relu", Edges())
    blank, full = recorder.blank(), reduced(observe(net, torch.randn(4, 2, 5, 5)))
    for name in full.__slots__:
        one, other = getattr(blank, name), getattr(full, name)
        assert (one.shape, one.dtype) == (other.shape, other.dtype), name


def test_an_observation_does_not_change_when_training_continues():
    net = Net()
    seen = observe(net, torch.randn(4, 2, 5, 5))
    before = reduced(seen)
    observe(net, torch.randn(4, 2, 5, 5) * 10)
    after = reduced(seen)
    for name in before.__slots__:
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name), err_msg=name)


def test_layers_that_share_their_modules_take_turns():
    """A recurrent net's two steps: h1 = tanh(W x), h2 = tanh(W h1)."""
    torch.manual_seed(0)
    step, tanh, head = nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 2)
    recorder = Recorder([Layer(step, None, tanh)] * 2, head, "tanh", edges_for(["tanh"]))
    x = torch.randn(8, 3)
    for _ in range(2):  # the second pass wins, and starts again from the first layer
        with recorder.observing():
            first = tanh(step(x))
            second = tanh(step(first))
            head(second).sum().backward()
    record = recorder.record(NAN4)
    for index, out in enumerate((first, second)):
        values = out.detach().numpy()
        np.testing.assert_allclose(record.moments[index, 2], [values.mean(), values.std()], rtol=1e-5)
    assert record.grad_norm[0] == record.grad_norm[1]


def test_units_of_a_linear_layer_on_sequences_are_on_the_last_axis():
    layer, head = Layer(nn.Linear(3, 4), nn.LayerNorm(4), nn.ReLU()), nn.Linear(4, 2)
    recorder = Recorder([layer], head, "relu", Edges())
    x = torch.randn(2, 5, 3)
    with recorder.observing():
        linear = layer.linear(x)
        layer.activation(layer.norm(linear))
    record = recorder.record(NAN4)
    expected = np.quantile(linear.detach().reshape(10, 4).numpy().mean(0), QUANTILES)
    np.testing.assert_allclose(record.parameters[0, PARAMETERS.index("batch_mean")], expected, atol=1e-6)


def test_few_entries_of_a_kernel_meet_all_its_places_in_either_format():
    weight = torch.arange(9.0).view(3, 3).expand(64, 64, 3, 3)
    for memory in (torch.contiguous_format, torch.channels_last):
        entries = subsample(weight.contiguous(memory_format=memory))
        assert MAX_RATIO_SAMPLES / 3 < len(entries) <= MAX_RATIO_SAMPLES
        counts = np.bincount(entries.numpy().astype(int), minlength=9)
        assert counts.min() > 0.9 * counts.max()


def test_update_ratios_of_a_convolution_in_channels_last():
    net = Net().to(memory_format=torch.channels_last)
    before = [layer.linear.weight.detach().clone() for layer in net.layers]
    record = reduced(observe(net, torch.randn(4, 2, 5, 5)))
    for index, (layer, old) in enumerate(zip(net.layers, before, strict=True)):
        moved = layer.linear.weight.detach() - old
        assert record.update_to_data_ratio[index] == pytest.approx((moved.std() / old.std()).item(), rel=1e-3)
        assert record.grad_norm[index] == pytest.approx(layer.linear.weight.grad.norm().item(), rel=1e-5)


def test_recording_changes_nothing_in_the_net():
    weights = []
    for recorded in (False, True):
        net, x = Net(), torch.randn(4, 2, 5, 5, generator=torch.Generator().manual_seed(1))
        if recorded:
            observe(net, x)
        else:
            net(x.contiguous(memory_format=torch.channels_last)).mean().backward()
            torch.optim.SGD(net.parameters(), lr=0.1).step()
        weights.append([value.clone() for value in net.state_dict().values()])
    assert all(torch.equal(one, other) for one, other in zip(*weights, strict=True))
