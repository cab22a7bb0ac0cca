"""The recorder on nets with known answers; that it changes nothing; that it leaves nothing behind."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from bnviz.telemetry.recorder import Edges, Recorder, edges_for
from bnviz.telemetry.records import BINS, PARAMETERS, QUANTILES

NAN4 = (float("nan"),) * 4


@dataclass
class Layer:
    linear: nn.Module
    norm: nn.Module | None
    activation: nn.Module
    position: str = "before"


class Forward(nn.Module):
    """Layers one after the other, then a head; the norm stands where its layer says."""

    def __init__(self, layers, head):
        super().__init__()
        self.layers, self.head = layers, head
        self.parts = nn.ModuleList(
            [m for layer in layers for m in (layer.linear, layer.norm, layer.activation) if m is not None]
        )

    def forward(self, x):
        for layer in self.layers:
            order = [layer.norm, layer.activation] if layer.position == "before" else [layer.activation, layer.norm]
            x = layer.linear(x)
            for module in order:
                x = x if module is None else module(x)
        return self.head(x)


def linear(weight, bias=None):
    weight = torch.tensor(weight)
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(torch.tensor(bias))
    return layer


def identity(size):
    return linear(np.eye(size, dtype="f4").tolist())


def observe(layers, x, activation, edges=None, lr=0.0, head=None):
    """One observed step of plain SGD on the mean of the outputs; returns the record and the net."""
    head = identity(2) if head is None else head
    net = Forward(layers, head)
    recorder = Recorder(layers, head, activation, edges or Edges())
    with recorder.observing():
        loss = net(x).mean()
    loss.backward()
    recorder.before_update()
    torch.optim.SGD(net.parameters(), lr=lr).step()
    return recorder.record((loss.item(), 0.5, 2.0, 0.25)), net


def test_identity_weights_and_a_constant_layer():
    """hidden1 passes the inputs on, hidden2 is 0 * u + 1: both histograms are written out below."""
    x = torch.tensor([[-1.0, 0.05], [0.95, 7.0]])
    layers = [
        Layer(identity(2), None, nn.Identity()),
        Layer(linear([[0.0, 0.0], [0.0, 0.0]], [1.0, 1.0]), None, nn.Identity()),
    ]
    record, _ = observe(layers, x, "identity")
    first, second = np.zeros(BINS + 2, int), np.zeros(BINS + 2, int)
    first[26] = 1  # -1.0: bin 25 from -1.0 to -0.8, after one bin for what lies below -6
    first[31] = 1  # 0.05: from 0 to 0.2
    first[35] = 1  # 0.95: from 0.8 to 1
    first[61] = 1  # 7 lies beyond 6
    second[36] = 4  # 1.0 opens the bin from 1 to 1.2
    for stage in range(3):  # linear, norm (absent: repeats linear), activation (the identity)
        assert record.histogram[0, stage].tolist() == first.tolist()
        assert record.histogram[1, stage].tolist() == second.tolist()
    values = x.numpy().ravel()
    assert record.moments[0, 0] == pytest.approx([1.75, values.std()])
    assert record.moments[1, 2].tolist() == [1.0, 0.0]
    assert record.quantiles[0, 0] == pytest.approx(np.quantile(values, QUANTILES), rel=1e-6)
    assert record.quantiles[1, 0].tolist() == [1.0] * 5
    assert record.derivative.tolist() == [1.0, 1.0]
    assert np.isnan(record.saturated_fraction).all()  # the identity has no saturated region
    assert np.isnan(record.dead_fraction).all()
    assert np.isnan(record.parameters).all()  # no norm anywhere
    assert record.scalars.tolist() == pytest.approx([1.0, 0.5, 2.0, 0.25])
    assert record.unit_percentiles.shape == (2, 2, 3)
    assert record.unit_percentiles[0, 0] == pytest.approx(np.quantile([-1, 0.95], (0.15, 0.5, 0.85)), rel=1e-3)


def test_saturation_and_derivative_of_tanh():
    x = torch.tensor([[0.0, 3.0], [0.5, -3.0]])  # |tanh(3)| = 0.995 > 0.97: half of the values
    record, _ = observe([Layer(identity(2), None, nn.Tanh())], x, "tanh", edges_for(["tanh"]))
    assert record.saturated_fraction.tolist() == [0.5]
    slopes = 1 - np.tanh([0.0, 3.0, 0.5, -3.0]) ** 2
    assert record.derivative == pytest.approx([slopes.mean()], rel=1e-5)


def test_saturation_and_derivative_of_sigmoid():
    x = torch.tensor([[-3.0, 2.9], [0.0, 3.0]])  # sigmoid(2.9) = 0.948 is inside, 0.953 and 0.047 are not
    record, _ = observe([Layer(identity(2), None, nn.Sigmoid())], x, "sigmoid", edges_for(["sigmoid"]))
    assert record.saturated_fraction.tolist() == [0.5]
    s = 1 / (1 + np.exp(-x.numpy().ravel().astype("f8")))
    assert record.derivative == pytest.approx([(s * (1 - s)).mean()], rel=1e-5)


def test_dead_units_of_relu():
    x = torch.tensor([[-1.0, 1.0], [-2.0, -1.0]])  # unit 0 is 0 on every sample, unit 1 only on one
    record, _ = observe([Layer(identity(2), None, nn.ReLU())], x, "relu")
    assert record.dead_fraction.tolist() == [0.5]
    assert record.derivative.tolist() == [0.25]
    assert np.isnan(record.saturated_fraction).all()


def test_gradient_norms_and_update_ratios_of_plain_sgd():
    torch.manual_seed(0)
    layers = [Layer(nn.Linear(4, 3), None, nn.Tanh()), Layer(nn.Linear(3, 3), None, nn.Tanh())]
    head, lr = nn.Linear(3, 2), 0.1
    before = [m.weight.detach().clone() for m in (layers[0].linear, layers[1].linear, head)]
    record, _ = observe(layers, torch.randn(8, 4), "tanh", lr=lr, head=head)
    grads = [m.weight.grad for m in (layers[0].linear, layers[1].linear, head)]
    assert record.grad_norm == pytest.approx([g.norm().item() for g in grads], rel=1e-5)
    expected = [(lr * g).std().item() / w.std().item() for g, w in zip(grads, before, strict=True)]
    assert record.update_to_data_ratio == pytest.approx(expected, rel=1e-3)


def test_update_ratio_is_of_the_step_taken_not_of_the_gradient():
    torch.manual_seed(0)
    layers, head = [Layer(nn.Linear(4, 3), None, nn.Tanh())], nn.Linear(3, 2)
    net, recorder = Forward(layers, head), Recorder(layers, head, "tanh", Edges())
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    with recorder.observing():
        net(torch.randn(8, 4)).square().mean().backward()
    before = layers[0].linear.weight.detach().clone()
    recorder.before_update()
    optimizer.step()
    record = recorder.record(NAN4)
    moved = layers[0].linear.weight.detach() - before
    assert record.update_to_data_ratio[0] == pytest.approx(moved.std().item() / before.std().item(), rel=1e-3)


def test_update_ratios_follow_weights_that_were_put_elsewhere():
    torch.manual_seed(0)
    layers, head = [Layer(nn.Linear(4, 3), None, nn.Tanh())], nn.Linear(3, 2)
    net, recorder = Forward(layers, head), Recorder(layers, head, "tanh", Edges())
    for _ in range(2):
        with recorder.observing():
            net(torch.randn(8, 4)).square().mean().backward()
        recorder.before_update()
        weight = layers[0].linear.weight
        before = weight.detach().clone()
        with torch.no_grad():
            weight += 0.01 * torch.randn_like(weight)
        moved = weight.detach() - before
        record = recorder.record(NAN4)
        assert record.update_to_data_ratio[0] == pytest.approx(moved.std().item() / before.std().item(), rel=1e-3)
        weight.data = 3 * weight.data.clone()  # as ``net.to(device)`` would


def test_without_an_update_the_ratio_is_unknown():
    layers = [Layer(identity(2), None, nn.Identity())]
    recorder = Recorder(layers, identity(2), "identity", Edges())
    with recorder.observing():
        Forward(layers, identity(2))(torch.ones(1, 2))
    assert np.isnan(recorder.record(NAN4).update_to_data_ratio).all()


@pytest.mark.parametrize("position", ["before", "after"])
@pytest.mark.parametrize("affine", [True, False])
def test_parameters_are_what_torchs_batch_norm_holds(position, affine):
    torch.manual_seed(0)
    norm = nn.BatchNorm1d(5, affine=affine)
    if affine:
        nn.init.normal_(norm.weight)
        nn.init.normal_(norm.bias)
    layer, head = Layer(nn.Linear(4, 5), norm, nn.Tanh(), position), nn.Linear(5, 2)
    net, recorder, x = Forward([layer], head), Recorder([layer], head, "tanh", Edges()), torch.randn(16, 4)
    with recorder.observing():
        net(x)
    found = recorder.record(NAN4).parameters[0]
    with torch.no_grad():
        entering = layer.linear(x) if position == "before" else torch.tanh(layer.linear(x))
    expected = {
        "gamma": norm.weight,
        "beta": norm.bias,
        "batch_mean": entering.mean(0),
        "batch_var": entering.var(0, correction=0),
        "running_mean": norm.running_mean,
        "running_var": norm.running_var,
    }
    # One update with momentum 0.1: the running statistics are a tenth of the way, the variance unbiased.
    torch.testing.assert_close(norm.running_mean, 0.1 * entering.mean(0))
    torch.testing.assert_close(norm.running_var, 0.9 + 0.1 * entering.var(0, correction=1))
    for row, name in enumerate(PARAMETERS):
        if expected[name] is None:
            assert np.isnan(found[row]).all()
        else:
            values = np.quantile(expected[name].detach().numpy(), QUANTILES)
            np.testing.assert_allclose(found[row], values, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("position", ["before", "after"])
def test_what_enters_the_nonlinearity_depends_on_the_norms_position(position):
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    layer = Layer(identity(2), nn.BatchNorm1d(2), nn.Identity(), position)
    record, _ = observe([layer], x, "identity")
    normalized = ((x - x.mean(0)) / (x.var(0, correction=0) + 1e-5).sqrt()).numpy()
    plain = x.numpy()
    assert record.moments[0, 0] == pytest.approx([plain.mean(), plain.std()])
    assert record.moments[0, 1] == pytest.approx([0, 1], abs=1e-4)
    entering = normalized if position == "before" else plain
    expected = np.quantile(entering, (0.15, 0.5, 0.85), axis=0).T
    np.testing.assert_allclose(record.unit_percentiles[0], expected, rtol=2e-3, atol=1e-3)
    out = normalized if position == "before" else plain
    assert record.moments[0, 2] == pytest.approx([out.mean(), out.std()], abs=1e-4)


def train(recorded, batch_norm=True, steps=20):
    generator = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    layers = [
        Layer(nn.Linear(6, 8), nn.BatchNorm1d(8) if batch_norm else None, nn.Sigmoid()),
        Layer(nn.Linear(8, 8), nn.BatchNorm1d(8) if batch_norm else None, nn.Sigmoid()),
    ]
    head = nn.Linear(8, 3)
    net = Forward(layers, head)
    recorder = Recorder(layers, head, "sigmoid", edges_for(["sigmoid"]))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
    losses = []
    for _ in range(steps):
        x, y = torch.randn(10, 6, generator=generator), torch.randint(3, (10,), generator=generator)
        if recorded:
            with recorder.observing():
                loss = F.cross_entropy(net(x), y)
        else:
            loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        if recorded:
            recorder.before_update()
        optimizer.step()
        if recorded:
            recorder.record(NAN4)
        losses.append(loss.item())
    return losses, net


@pytest.mark.parametrize("batch_norm", [True, False])
def test_training_is_bit_identical_with_and_without_the_recorder(batch_norm):
    plain, net = train(False, batch_norm)
    seen, observed = train(True, batch_norm)
    assert plain == seen
    for (name, one), other in zip(net.state_dict().items(), observed.state_dict().values(), strict=True):
        assert torch.equal(one, other), name
    x = torch.randn(4, 6)
    assert torch.equal(net.eval()(x), observed.eval()(x))


def hooks(net):
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind)) for module in net.modules() for kind in kinds)


def test_hooks_are_gone_afterwards_and_after_an_exception():
    layers = [Layer(identity(2), nn.BatchNorm1d(2), nn.Tanh())]
    net = Forward(layers, identity(2))
    recorder = Recorder(layers, net.head, "tanh", Edges())
    with recorder.observing():
        assert hooks(net) == 3
        net(torch.ones(2, 2))
    assert hooks(net) == 0
    with pytest.raises(RuntimeError, match="in the middle"), recorder.observing():
        raise RuntimeError("in the middle")
    assert hooks(net) == 0


def test_records_hold_no_tensors_and_the_recorder_forgets():
    layers = [Layer(identity(2), None, nn.Tanh())]
    record, _ = observe(layers, torch.ones(2, 2), "tanh")
    assert all(isinstance(getattr(record, name), np.ndarray) for name in record.__slots__)
    recorder = Recorder(layers, identity(2), "tanh", Edges())
    with pytest.raises(RuntimeError, match="nothing was observed"):
        recorder.record(NAN4)


def test_a_head_without_weights_is_refused():
    with pytest.raises(TypeError, match="Identity has no weight to observe"):
        Recorder([Layer(identity(2), None, nn.Tanh())], nn.Identity(), "tanh", Edges())


def test_edges_are_the_hull_of_what_the_arms_nonlinearities_reach():
    assert edges_for(["sigmoid"]).activation == (0.0, 1.0)
    assert edges_for(["sigmoid", "tanh"]).activation == (-1.0, 1.0)
    assert edges_for(["sigmoid", "relu"]).activation == (-6.0, 6.0)
    assert edges_for(["tanh"]).pre_activation == (-6.0, 6.0)
