"""The arms at work without a thread: frames, evaluations, changed rates, checkpoints."""

import math

import numpy as np
import pytest
import torch

from bnviz.config import InputError, RunConfig, compare
from bnviz.data import load_dataset
from bnviz.training import trainer
from bnviz.training.describe import describe
from bnviz.training.device import resolve_device
from bnviz.training.device_trial import DeviceChoice
from bnviz.training.schedule import MilestoneSchedule, StepSchedule, TimeBudgetSchedule
from bnviz.training.trainer import EVALUATED_EARLY, Trainer

BASE = RunConfig(dataset="moons", depth=2, width=8, lr=0.1)
TWO = compare(BASE, "norm", ["none", "batch"])


@pytest.fixture(scope="module")
def moons():
    return load_dataset("moons")


def at_work(moons, experiment=TWO, max_steps=1000, captures=1, tests=10):
    return Trainer(experiment, moons, max_steps, StepSchedule(captures), StepSchedule(tests))


def advance(arms, count):
    for _ in range(count):
        arms.advance()


def test_step_0_is_observed_before_anything_is_used_up(moons):
    arms = at_work(moons)
    first = arms.history.frames[0]
    assert first.step == 0
    assert math.isfinite(first.arms[0].scalar("test_accuracy"))
    assert {twin.batches_hash for twin in arms.twins} == {arms.twins[0].batches_hash}
    advance(arms, 1)
    losses = [curve.loss_mean[0] for curve in arms.history.curves]
    assert [arm.scalar("train_loss") for arm in first.arms] == pytest.approx(losses)


def test_frames_and_evaluations_come_when_they_are_due(moons):
    arms = at_work(moons, captures=5, tests=10)
    advance(arms, 21)
    assert [frame.step for frame in arms.history.frames] == [0, 5, 10, 15, 20]
    assert arms.history.evaluations[1].step.tolist() == [0, 10, 20]
    assert [len(curve.step) for curve in arms.history.curves] == [21, 21]
    assert arms.step == 21


def test_the_last_step_is_observed(moons):
    arms = at_work(moons, max_steps=8, captures=5)
    advance(arms, 8)
    assert [frame.step for frame in arms.history.frames] == [0, 5, 7]


def test_a_new_rate_needs_no_restart_marks_the_history_and_changes_the_update(moons):
    changed, same = at_work(moons), at_work(moons)
    for arms in (changed, same):
        advance(arms, 5)
    changed.change_rates({"lr": 0.4, "weight_decay": 0.01})
    for arms in (changed, same):
        advance(arms, 5)
    assert [(m.step, m.kind, m.text, m.arm) for m in changed.history.marks] == [
        (5, "changed", "lr=0.4", -1),
        (5, "changed", "weight_decay=0.01", -1),
    ]
    for arm in range(2):
        one, other = (arms.history.curves[arm].loss_mean.tolist() for arms in (changed, same))
        assert one[:6] == other[:6]  # up to the first loss after the change
        assert one[6] != other[6]
    ratios = [arms.history.frames[5].arms[0].update_to_data_ratio[0] for arms in (changed, same)]
    assert ratios[0] > 3 * ratios[1]
    assert changed.twins[0].config.lr == 0.4


def test_what_distinguishes_an_arm_stays_its_own(moons):
    arms = at_work(moons, compare(BASE, "lr", [0.1, 0.2]))
    arms.change_rates({"lr": 0.4, "weight_decay": 0.5})
    assert [twin.config.lr for twin in arms.twins] == [0.1, 0.2]
    assert [twin.config.weight_decay for twin in arms.twins] == [0.5, 0.5]


def test_only_rates_change_mid_run(moons):
    with pytest.raises(ValueError, match="depth cannot change"):
        at_work(moons).change_rates({"depth": 3})


def test_a_checkpoint_is_a_copy(moons):
    arms = at_work(moons)
    advance(arms, 10)
    checkpoint = arms.checkpoint()
    weight = checkpoint.states[1]["linear1.weight"].clone()
    advance(arms, 3)
    assert torch.equal(checkpoint.states[1]["linear1.weight"], weight)
    assert not torch.equal(arms.twins[1].net.linear1.weight, weight)
    assert checkpoint.step == 10
    assert checkpoint.configs == TWO.configs
    for state, path in zip(checkpoint.states, checkpoint.paths, strict=True):
        assert path.steps == (2, 10)  # updates made, as the checkpoint counts them
        flat = torch.cat([p.flatten() for p in state.values() if p.dim() > 1])
        torch.testing.assert_close(path.start + path.displacement[-1].float(), flat, rtol=1e-3, atol=1e-4)


def test_a_divergence_is_marked_and_the_other_arm_still_gets_frames(moons):
    base = BASE.with_fields(activation="relu", init="kaiming", norm="none", depth=3, width=12)
    arms = at_work(moons, compare(base, "lr", [100.0, 0.05]))
    advance(arms, 40)
    (divergence,) = arms.diverged
    assert divergence.arm == 0
    assert divergence.layer in ("hidden1", "hidden2", "head", "loss")
    (mark,) = arms.history.marks
    assert (mark.step, mark.kind, mark.text, mark.arm) == (divergence.step, "diverged", divergence.layer, 0)
    assert arms.history.frames[-1].step == 39
    finite = [frame.arms[0].scalar("train_loss") for frame in arms.history.frames]
    assert all(math.isfinite(loss) for loss in finite)  # the last finite frame stays
    assert not arms.all_diverged
    assert all(torch.isfinite(p).all() for p in arms.twins[1].net.parameters())


def test_the_first_evaluations_do_not_wait_for_the_clock(moons):
    trainer = Trainer(TWO, moons, 300)
    while trainer.step < 250:
        trainer.advance()
    for curve in trainer.history.evaluations:
        assert set(EVALUATED_EARLY) <= set(curve.step.tolist())


def test_evaluations_take_a_small_share_of_what_the_run_has_of_a_core(moons):
    """In a class, where each run has a twentieth: evaluations within a share of all time took 40 % of it."""
    arms = Trainer(TWO, moons, 1000, StepSchedule(10**6))
    own = 0.0
    arms._evaluation_schedule = MilestoneSchedule(
        (0,), TimeBudgetSchedule(1e6, 1e9, lambda: own, trainer.EVALUATION_OWN_SHARE)
    )
    arms._clock = lambda: own
    evaluate = arms.evaluate

    def dear():
        nonlocal own
        own += 1.0
        evaluate()

    arms.evaluate = dear
    for _ in range(200):
        own += 1.0
        arms.advance()
    count = len(arms.history.evaluations[0].step)
    assert 2 < count <= own * trainer.EVALUATION_OWN_SHARE + 2


def test_an_arm_that_overflows_at_once_still_lets_the_other_be_seen(moons):
    """init_scale 100 on 20 linear layers: the plain arm has no finite loss, not even at step 0."""
    base = BASE.with_fields(depth=20, width=60, activation="identity", init="kaiming", init_scale=100.0)
    arms = at_work(moons, compare(base, "norm", ["none", "batch"]))
    advance(arms, 3)
    assert [frame.step for frame in arms.history.frames] == [0, 1, 2]
    assert [d.arm for d in arms.diverged] == [0]
    assert all(math.isnan(frame.arms[0].scalar("train_loss")) for frame in arms.history.frames)
    assert all(math.isfinite(frame.arms[1].scalar("train_loss")) for frame in arms.history.frames)


def test_when_all_arms_have_diverged_nothing_more_happens(moons):
    base = BASE.with_fields(activation="relu", norm="none", init_scale=100.0)
    arms = at_work(moons, compare(base, "lr", [100.0, 90.0]))
    for _ in range(300):
        arms.advance()
    assert arms.all_diverged
    assert arms.advance() is None
    assert arms.step < 300
    assert arms.checkpoint().step == arms.step


def test_memory_of_a_small_figure1_run_is_bounded():
    data = load_dataset("mnist-binary")
    config = RunConfig(dataset="mnist-binary", depth=1, width=4, init="normal", init_std=0.1, batch_size=4)
    arms = at_work(data, compare(config, "norm", ["none", "batch"]), 1200, tests=500)
    advance(arms, 1200)
    history = arms.history
    assert 101 < len(history.frames) <= 500
    assert [frame.step for frame in history.frames[:101]] == list(range(101))
    assert history.frames[-1].step == 1199
    assert all(len(curve.step) <= 1024 for curve in history.curves)


def test_the_description_says_what_was_measured(moons):
    arms = at_work(moons, max_steps=77)
    meta = describe(TWO, moons, arms.twins, DeviceChoice(torch.device("cpu")), 77).to_dict()
    assert meta["experiment"] == TWO.to_dict()
    assert meta["max_steps"] == 77
    assert [arm["normalized"] for arm in meta["arms"]] == [False, True]
    assert meta["arms"][0]["layers"] == ["hidden1", "hidden2"]
    assert meta["arms"][0]["saturation"]["low"] == 0.05
    assert meta["edges"]["activation"] == [0.0, 1.0]
    assert meta["chance"] == 0.5
    assert len(meta["dataset"]["points"]) == 600
    assert meta["provenance"]["device"] == "cpu"


def test_a_device_that_is_not_there_is_bad_input():
    assert resolve_device("cpu") == torch.device("cpu")
    assert resolve_device("auto").type in ("cpu", "cuda", "mps")
    missing = next(n for n, there in (("cuda", torch.cuda.is_available()), ("mps", False)) if not there)
    if missing == "mps" and torch.backends.mps.is_available():
        pytest.skip("every device is there")
    with pytest.raises(InputError, match=f"device '{missing}' is not available here; available are auto, cpu"):
        resolve_device(missing)


def test_the_insertion_of_a_norm_is_marked_where_it_happens(moons):
    arms = at_work(moons, compare(BASE.with_fields(norm_from=3), "norm", ["none", "batch"]))
    advance(arms, 8)
    assert [(m.step, m.kind, m.text, m.arm) for m in arms.history.marks] == [(3, "changed", "norm=batch", 1)]


@pytest.mark.parametrize(
    "changes", [{}, {"dropout": 0.3}, {"optimizer": "adam"}, {"sgd_momentum": 0.9, "norm_from": 7}, {"distortion": 0.0}]
)
def test_arms_at_rest_show_the_step_that_comes_and_change_nothing(moons, changes):
    experiment = compare(BASE.with_fields(**changes), "norm", ["none", "batch"])
    rested, without = at_work(moons, experiment), at_work(moons, experiment)
    advance(rested, 7)
    hashes = [twin.batches_hash for twin in rested.twins]
    rested.observe_present()
    assert [twin.batches_hash for twin in rested.twins] == hashes
    shown = rested.history.frames[-1]
    assert (rested.step, shown.step) == (7, 7)
    rested.observe_present()
    advance(rested, 5)
    advance(without, 12)
    assert [frame.step for frame in rested.history.frames] == list(range(12))
    assert [curve.loss_mean.tolist() for curve in rested.history.curves] == [
        curve.loss_mean.tolist() for curve in without.history.curves
    ]
    same = without.history.frames[7]
    for here, there in zip(shown.arms, same.arms, strict=True):
        for name in ("histogram", "quantiles", "grad_norm", "update_to_data_ratio", "moments"):
            np.testing.assert_array_equal(getattr(here, name), getattr(there, name))
