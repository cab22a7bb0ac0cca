"""Twins of convolutional nets: built, stepped, evaluated, described and recorded like all others."""

import io
import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.config import NETS, RunConfig, compare
from bnviz.data import load_dataset
from bnviz.telemetry import recording
from bnviz.telemetry.records import STAGES
from bnviz.training import evaluate, twins
from bnviz.training.divergence import locate_divergence
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

CPU = torch.device("cpu")
VGG = RunConfig(net="vgg11", width=4, activation="relu", init="kaiming", lr=0.05, batch_size=16)
WIDTHS = [4, 8, 16, 16, 32, 32, 32, 32]


@pytest.fixture(scope="module")
def digits():
    return load_dataset("mnist")


@pytest.fixture(autouse=True, scope="module")
def few_test_images():
    """Evaluations of a thousand images would be most of the time these tests take."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "MAX_TEST_IMAGES", 20)
        yield


@pytest.fixture(scope="module")
def trained(digits):
    arms = Trainer(compare(VGG, "norm", ["none", "batch"]), digits, 4, StepSchedule(1), StepSchedule(2))
    for _ in range(4):
        arms.advance()
    return arms


def test_every_frame_holds_all_layers(trained):
    frames = trained.history.frames
    assert [frame.step for frame in frames] == [0, 1, 2, 3]
    for frame in frames:
        for arm, normalized in zip(frame.arms, (False, True), strict=True):
            assert arm.unit_percentiles.shape == (8, 32, 3)
            for layer, width in enumerate(WIDTHS):
                assert np.isfinite(arm.unit_percentiles[layer, :width]).all()
                assert np.isnan(arm.unit_percentiles[layer, width:]).all()
            assert np.isfinite(arm.grad_norm).all()
            assert np.isfinite(arm.dead_fraction).all()
            assert np.isfinite(arm.parameters).all() == normalized
    assert np.isfinite(frames[-1].arms[0].update_to_data_ratio).all()


def test_the_description_names_net_widths_and_layers(trained):
    for arm, normalized in zip(trained.history.meta["arms"], (False, True), strict=True):
        assert (arm["net"], arm["width"], arm["widths"]) == ("vgg11", 32, WIDTHS)
        assert arm["layers"] == [f"conv{number}" for number in range(1, 9)]
        assert arm["normalized"] == normalized
        assert arm["units"] == list(range(32))


def test_its_recording_loads(trained):
    buffer = io.BytesIO()
    recording.save(trained.history, buffer)
    again = recording.load(buffer.getvalue())
    assert again.meta == trained.history.meta
    last, kept = again.frames[-1].arms[1], trained.history.frames[-1].arms[1]
    assert np.array_equal(last.unit_percentiles, kept.unit_percentiles, equal_nan=True)


def test_observing_changes_no_loss(digits):
    losses = []
    for observe in (lambda step: False, lambda step: True):
        nets = twins.build_twins(compare(VGG, "norm", ["none", "batch"]), digits, CPU)
        steps = train_steps(nets, TrainingData.of(digits, CPU), observe)
        losses.append([next(steps).losses for _ in range(4)])
    assert losses[0] == losses[1]
    assert all(math.isfinite(loss) for row in losses[0] for loss in row)


def test_twins_start_from_the_same_bytes_and_see_the_same_batches(trained):
    one, other = trained.twins
    assert one.weights_hash == other.weights_hash
    assert one.batches_hash == other.batches_hash


def test_evaluation_in_parts_is_evaluation_at_once(digits, monkeypatch):
    (twin,) = twins.build_twins(compare(VGG, "norm", ["batch"]), digits, CPU)
    x, y = digits.x_test[:50].flatten(1), digits.y_test[:50]
    with torch.no_grad():
        logits = twin.net.eval()(x)
    twin.net.train()
    monkeypatch.setattr(twins, "CHUNK", 7)
    sizes = []
    handle = twin.net.register_forward_hook(lambda net, args, out: sizes.append(len(out)))
    loss, accuracy = twin.evaluate(x, y)
    handle.remove()
    assert sizes == [7] * 7 + [1]
    assert loss == pytest.approx(F.cross_entropy(logits, y).item(), rel=1e-5)
    assert accuracy == pytest.approx((logits.argmax(1) == y).float().mean().item())
    assert twin.net.training


def test_large_test_sets_are_evaluated_in_part_and_the_description_says_so(digits, monkeypatch):
    monkeypatch.setattr(evaluate, "MAX_TEST_IMAGES", 30)
    x, y = evaluate.evaluated_part(digits, "vgg11", CPU)
    assert (len(x), len(y)) == (30, 30)
    places = [next(i for i, row in enumerate(digits.x_test.flatten(1)) if torch.equal(row, image)) for image in x]
    gaps = np.diff(places)
    assert gaps.min() >= len(digits.y_test) // 30
    assert y.tolist() == digits.y_test[places].tolist()
    assert len(evaluate.evaluated_part(digits, "mlp", CPU)[0]) == len(digits.y_test)
    arms = Trainer(compare(VGG, "norm", ["batch"]), digits, 1)
    assert arms.history.meta["dataset"]["n_evaluated"] == 30
    assert arms.history.meta["dataset"]["n_test"] == len(digits.y_test)


@pytest.mark.parametrize(("place", "name"), [("conv1", "conv1"), ("conv6", "conv6"), ("head", "head")])
def test_the_layer_that_overflows_is_the_one_that_is_named(digits, place, name):
    base = VGG.with_fields(activation="identity", norm="none", lr=1e-5)
    nets = twins.build_twins(compare(base, "norm", ["none"]), digits, CPU)
    steps = train_steps(nets, TrainingData.of(digits, CPU), lambda step: True)
    next(steps)
    with torch.no_grad():
        dict(nets[0].net.named_children())[place].weight.fill_(3e38)
    assert next(steps).diverged == (0,)
    assert nets[0].diverged_at == (1, name)


def test_gamma_that_is_not_finite_belongs_to_its_layer_and_no_hook_stays(digits):
    (twin,) = twins.build_twins(compare(VGG, "norm", ["batch"]), digits, CPU)
    x = digits.x_train[:4].flatten(1)
    assert locate_divergence(twin.net, twin.layers, x) == "loss"
    with torch.no_grad():
        twin.layers[2].norm.weight[0] = math.nan
    assert locate_divergence(twin.net, twin.layers, x) == "conv3"
    assert not any(module._forward_hooks for module in twin.net.modules())


def test_norms_in_some_layers_only(digits):
    arms = Trainer(compare(VGG, "norm_at", ["1.3", "all"]), digits, 1)
    some, every = arms.history.frames[0].arms
    known = np.isfinite(some.parameters).all(axis=(1, 2)).tolist()
    assert known == [True, False, True] + [False] * 5
    assert np.isfinite(every.parameters).all()
    assert arms.history.meta["arms"][0]["normalized"]


@pytest.mark.parametrize("net", [net for net in NETS if net != "mlp"])
def test_every_net_trains_under_observation(digits, net):
    activation = "tanh" if net == "rnn" else "relu"
    config = VGG.with_fields(net=net, width=4, norm="batch", batch_size=8, activation=activation)
    arms = Trainer(compare(config, "norm", ["none", "batch"]), digits, 2, StepSchedule(1), StepSchedule(9))
    for _ in range(2):
        arms.advance()
    layers = len(arms.history.meta["arms"][0]["layers"])
    assert layers == len(arms.history.meta["arms"][0]["widths"]) >= (5 if net == "rnn" else 8)
    frame = arms.history.frames[-1]
    for arm in frame.arms:
        assert len(arm.grad_norm) == layers + 1
        assert np.isfinite(arm.moments).all()
        assert math.isfinite(arm.scalar("train_loss"))
    buffer = io.BytesIO()
    recording.save(arms.history, buffer)
    assert len(recording.load(buffer.getvalue()).frames) == 2


@pytest.mark.parametrize("net", ["vgg11", "resnet20"])
def test_arms_seen_together_keep_their_own_layers(digits, net):
    """Layers of one width are reduced together over all arms; each must come back to its own place."""
    config = VGG.with_fields(net=net, batch_size=32)
    arms = Trainer(compare(config, "norm", ["none", "batch"]), digits, 2, StepSchedule(1), StepSchedule(9))
    plain, normalized = arms.history.frames[0].arms
    stage = STAGES.index("norm")
    assert np.allclose(normalized.moments[:, stage, 1], 1, atol=0.25)
    assert np.allclose(normalized.moments[:, stage, 0], 0, atol=0.15)
    assert not np.allclose(normalized.moments[:, 0, 1], 1, atol=0.25)
    assert np.array_equal(plain.moments[:, stage], plain.moments[:, 0])
    with torch.no_grad():
        x, seen = digits.x_train.flatten(1)[:256], []
        for layer in arms.twins[0].layers:
            layer.linear.register_forward_hook(lambda _m, _i, out: seen.append(out.std().item()))
        arms.twins[0].net(x)
    assert np.allclose(plain.moments[:, 0, 1], seen, rtol=0.35)
