"""Twins start alike and see the same; the loop repeats itself; divergence is told as it was."""

import hashlib
import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.config import OPTIMIZERS, RunConfig, compare
from bnviz.data import load_dataset
from bnviz.nets import build_net, head
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.training.batches import batch_indices
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.optimizers import apply_rates, make_optimizer
from bnviz.training.twins import PIECE_BYTES, build_twins, shared_weights_hashes

CPU = torch.device("cpu")
BASE = RunConfig(dataset="moons", depth=3, width=12, lr=0.1)


@pytest.fixture(scope="module")
def moons():
    return load_dataset("moons")


def start(experiment, dataset, **kwargs):
    twins = build_twins(experiment, dataset, CPU)
    return twins, train_steps(twins, TrainingData.of(dataset, CPU), **kwargs)


def take(steps, count):
    return [next(steps) for _ in range(count)]


def test_twins_with_and_without_norm_start_from_the_same_bytes(moons):
    twins = build_twins(compare(BASE, "norm", ["none", "batch"]), moons, CPU)
    one, other = (dict(twin.net.named_parameters()) for twin in twins)
    shared = set(one) & set(other)
    assert {name for name in shared if name.endswith("weight")} >= {"linear1.weight", "head.weight"}
    for name in shared:
        assert one[name].detach().numpy().tobytes() == other[name].detach().numpy().tobytes(), name
    assert twins[0].weights_hash == twins[1].weights_hash
    assert len(twins[0].weights_hash) == 8


def test_the_hash_tells_different_weights_apart(moons):
    twins = build_twins(compare(BASE, "init_scale", [1.0, 2.0]), moons, CPU)
    assert twins[0].weights_hash != twins[1].weights_hash
    net = build_net(BASE, 2, 2, torch.Generator().manual_seed(0))
    same = build_net(BASE, 2, 2, torch.Generator().manual_seed(0))
    assert len(set(shared_weights_hashes([net, same]))) == 1
    with torch.no_grad():
        same.head.weight[0, 0] += 1e-6
    assert len(set(shared_weights_hashes([net, same]))) == 2


def test_another_seed_gives_other_weights_and_batches(moons):
    hashes = set()
    for seed in (0, 1):
        twins, steps = start(compare(BASE.with_fields(seed=seed), "norm", ["batch"]), moons)
        take(steps, 2)
        hashes |= {twins[0].weights_hash, twins[0].batches_hash}
    assert len(hashes) == 4


def test_equal_batch_sizes_see_the_same_batches_and_different_ones_do_not(moons):
    same, steps = start(compare(BASE, "norm", ["none", "batch"]), moons)
    take(steps, 5)
    assert same[0].batches_hash == same[1].batches_hash
    apart, steps = start(compare(BASE, "batch_size", [20, 60]), moons)
    take(steps, 5)
    assert apart[0].batches_hash != apart[1].batches_hash
    assert apart[1].batches_hash == same[0].batches_hash  # 60 is the default


def test_the_hash_of_batches_is_that_of_their_bytes_however_large_they_are(moons):
    (twin,) = build_twins(compare(BASE, "norm", ["batch"]), moons, CPU)
    parts = [torch.arange(n) for n in (60, 3, PIECE_BYTES // 8 - 63, 1, PIECE_BYTES, 60)]
    for part in parts:
        twin.record_batch(part)
    whole = b"".join(part.numpy().tobytes() for part in parts)
    assert twin.batches_hash == hashlib.blake2b(whole, digest_size=4).hexdigest()


def test_every_epoch_takes_each_sample_at_most_once():
    batches = batch_indices(10, 3, seed=0)
    for _ in range(4):
        epoch = torch.cat([next(batches) for _ in range(3)])
        assert epoch.shape == (9,)
        assert len(set(epoch.tolist())) == 9
    assert next(batch_indices(5, 60, seed=0)).sort().values.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("changes", [{}, {"dropout": 0.3}, {"optimizer": "adam", "lr": 0.01}])
def test_a_repetition_gives_the_same_losses(moons, changes):
    experiment = compare(BASE.with_fields(**changes), "norm", ["none", "batch"])
    runs = []
    for _ in range(2):
        _, steps = start(experiment, moons)
        runs.append([step.losses for step in take(steps, 30)])
        torch.rand(100)  # the global random state has no part in it
    assert runs[0] == runs[1]
    assert all(math.isfinite(loss) for losses in runs[0] for loss in losses)


def test_observing_changes_no_loss(moons):
    experiment = compare(BASE.with_fields(dropout=0.2), "norm", ["none", "batch"])
    _, plain = start(experiment, moons)
    _, observed = start(experiment, moons, observe=lambda step: step % 2 == 0)
    assert [s.losses for s in take(plain, 20)] == [s.losses for s in take(observed, 20)]


def test_twins_drop_the_same_units(moons):
    experiment = compare(BASE.with_fields(dropout=0.5, norm="none"), "lr", [0.1, 0.2])
    twins = build_twins(experiment, moons, CPU)
    x = moons.x_train[:20]
    with torch.no_grad():
        assert torch.equal(twins[0].net(x), twins[1].net(x))


def test_the_loop_is_the_plain_loop(moons):
    """Against ten lines of torch: same losses, same weights."""
    config = BASE.with_fields(norm="batch")
    twins, steps = start(compare(config, "norm", ["batch"]), moons)
    net = build_net(config, 2, 2, torch.Generator().manual_seed(config.seed))
    optimizer = torch.optim.SGD(net.parameters(), lr=config.lr)
    batches = batch_indices(len(moons.y_train), config.batch_size, config.seed)
    for step in take(steps, 15):
        indices = next(batches)
        loss = F.cross_entropy(net(moons.x_train[indices]), moons.y_train[indices])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        assert step.losses == (loss.item(),)
    for one, other in zip(twins[0].net.state_dict().values(), net.state_dict().values(), strict=True):
        assert torch.equal(one, other)


def test_a_frame_holds_every_arm_and_the_last_test(moons):
    _, steps = start(
        compare(BASE, "norm", ["none", "batch"]),
        moons,
        observe=lambda s: s == 1,
        last_evaluation=lambda a: (7.0 + a, 0.5),
    )
    first, second = take(steps, 2)
    assert first.frame is None
    assert second.frame.step == 1
    assert [arm.scalar("test_loss") for arm in second.frame.arms] == [7.0, 8.0]
    assert [arm.scalar("train_loss") for arm in second.frame.arms] == pytest.approx(second.losses)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_every_optimizer_steps_and_takes_new_rates(moons, optimizer, momentum):
    config = BASE.with_fields(optimizer=optimizer, lr=0.01, sgd_momentum=momentum)
    twins, steps = start(compare(config, "norm", ["none", "batch"]), moons)
    before = twins[1].net.head.weight.detach().clone()
    take(steps, 3)
    assert not torch.equal(before, twins[1].net.head.weight)
    for twin in twins:
        twin.change_rates(twin.config.with_fields(lr=0.02, sgd_momentum=0.5, weight_decay=0.01))
    assert all(math.isfinite(loss) for step in take(steps, 3) for loss in step.losses)
    for twin in twins:
        twin.change_rates(twin.config.with_fields(sgd_momentum=0.0))
    take(steps, 1)
    groups = twins[1].optimizer.param_groups
    assert {(group["lr"], group["weight_decay"], group.get("momentum", 0.0)) for group in groups} == {(0.02, 0.01, 0.0)}


@pytest.mark.parametrize("decay_norm", [True, False])
def test_weight_decay_with_and_without_gamma_and_beta(decay_norm):
    config = BASE.with_fields(weight_decay=0.1, decay_norm=decay_norm, lr=0.5, depth=1)
    net = build_net(config, 2, 2, torch.Generator().manual_seed(0))
    optimizer = make_optimizer(config, net)
    with torch.no_grad():
        net.norm1.bias.fill_(3.0)
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    for p in net.parameters():
        p.grad = torch.zeros_like(p)
    optimizer.step()  # no gradient: only the decay moves anything, by 1 - lr * weight_decay
    for name, p in net.named_parameters():
        factor = 0.95 if decay_norm or not name.startswith("norm") else 1.0
        torch.testing.assert_close(p.detach(), before[name] * factor)


def test_a_new_rate_changes_the_very_next_update():
    config = BASE.with_fields(norm="none", depth=1)
    net = build_net(config, 2, 2, torch.Generator().manual_seed(0))
    optimizer = make_optimizer(config, net)
    moved = []
    for lr in (0.1, 0.3):
        apply_rates(optimizer, config.with_fields(lr=lr))
        before = net.head.weight.detach().clone()
        for p in net.parameters():
            p.grad = torch.ones_like(p)
        optimizer.step()
        moved.append((before - net.head.weight.detach()).mean().item())
    assert moved == pytest.approx([0.1, 0.3], rel=1e-4)


def test_a_batch_of_one_trains_with_norm(moons):
    _, steps = start(compare(BASE.with_fields(batch_size=1), "norm", ["none", "batch"]), moons, observe=lambda s: True)
    for step in take(steps, 5):
        assert all(math.isfinite(loss) for loss in step.losses)
        assert np.isfinite(step.frame.arms[1].histogram).all()
        assert not step.diverged


def diverging(moons, **kwargs):
    """Two arms, the first of which explodes: a learning rate of 100 without norm on relu."""
    base = BASE.with_fields(activation="relu", init="kaiming", norm="none", depth=3)
    return start(compare(base, "lr", [100.0, 0.05]), moons, **kwargs)


@pytest.mark.parametrize("watching", [True, False])
def test_one_arm_diverges_and_the_other_continues(moons, watching):
    twins, steps = diverging(moons, observe=lambda step: watching and step > 0)
    seen = take(steps, 60)
    (when,) = [step.step for step in seen if step.diverged]
    assert seen[when].diverged == (0,)
    assert not math.isfinite(seen[when].losses[0])
    assert twins[0].diverged_at[0] == when
    assert all(step.losses[0] is None for step in seen[when + 1 :])
    assert all(math.isfinite(step.losses[1]) for step in seen)
    if watching:  # the survivor is still shown, beside the last finite record of the other
        assert all(step.frame is not None for step in seen[1:])
        last = seen[-1].frame
        assert last.arms[1].scalar("train_loss") == pytest.approx(seen[-1].losses[1])
        assert not np.isnan(last.arms[1].grad_norm).any()


def test_an_arm_that_was_never_observed_does_not_hide_the_other(moons):
    twins, steps = diverging(moons)
    while twins[0].diverged_at is None:
        next(steps)
    late = train_steps(twins, TrainingData.of(moons, CPU), observe=lambda step: True)
    frame = next(late).frame
    assert math.isfinite(frame.arms[1].scalar("train_loss"))
    blank = frame.arms[0]
    assert blank.histogram.sum() == 0
    assert math.isnan(blank.scalar("train_loss"))
    for name in ARM_FIELDS:
        one, other = getattr(blank, name), getattr(frame.arms[1], name)
        assert (one.shape, one.dtype) == (other.shape, other.dtype), name


@pytest.mark.parametrize("watching", [True, False])
@pytest.mark.parametrize(("place", "layer"), [("linear1", "hidden1"), ("linear2", "hidden2"), ("head", "head")])
def test_the_layer_that_overflows_is_the_one_that_is_named(moons, watching, place, layer):
    config = BASE.with_fields(activation="identity", norm="none", depth=3, lr=1e-5)
    twins, steps = start(compare(config, "norm", ["none"]), moons, observe=lambda step: watching)
    take(steps, 2)
    with torch.no_grad():
        dict(twins[0].net.named_children())[place].weight.fill_(3e38)  # finite, but its products are not
    before = {name: p.detach().clone() for name, p in twins[0].net.named_parameters()}
    assert next(steps).diverged == (0,)
    assert twins[0].diverged_at == (2, layer)
    assert all(torch.equal(p, before[name]) for name, p in twins[0].net.named_parameters())


def test_weights_that_are_not_finite_are_the_place(moons):
    twins, steps = start(compare(BASE, "norm", ["batch"]), moons)
    with torch.no_grad():
        head(twins[0].net).weight[0, 0] = math.inf
    next(steps)
    assert twins[0].diverged_at == (0, "head")


def test_the_loop_ends_when_every_arm_has_diverged(moons):
    base = BASE.with_fields(activation="relu", init="kaiming", norm="none", init_scale=100.0)
    _, steps = start(compare(base, "lr", [100.0, 50.0]), moons, observe=lambda step: True)
    seen = []
    for step in steps:
        seen.append(step)
        assert len(seen) < 500
    assert {arm for step in seen for arm in step.diverged} == {0, 1}


def test_evaluation_leaves_the_twin_as_it_was(moons):
    (twin,) = build_twins(compare(BASE.with_fields(dropout=0.5), "norm", ["batch"]), moons, CPU)
    before = {name: tensor.clone() for name, tensor in twin.net.state_dict().items()}
    first, second = (twin.evaluate(moons.x_test, moons.y_test) for _ in range(2))
    assert first == second
    assert twin.net.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in twin.net.state_dict().items())
    with torch.no_grad():
        logits = twin.net.eval()(moons.x_test)
    assert first[0] == pytest.approx(F.cross_entropy(logits, moons.y_test).item())
    assert first[1] == pytest.approx((logits.argmax(1) == moons.y_test).float().mean().item())
