"""Training without a browser: repeatable, bounded, told in plain values."""

import json
import math

import pytest
from live_viewer import tiny

import bnviz
from bnviz.api.train import run_steps, summary, train
from bnviz.config import InputError, RunConfig
from bnviz.data import load_dataset
from bnviz.landscape.at_checkpoint import boundary_at, rebuild, surface_at
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer


def plain(result):
    content = summary(result)
    return json.dumps(content, allow_nan=False)


def test_twice_gives_the_same_numbers():
    one, other = run_steps(tiny(dropout=0.1), 40), run_steps(tiny(dropout=0.1), 40)
    assert plain(one) == plain(other)
    assert [f.step for f in one.history.frames] == [f.step for f in other.history.frames]
    for left, right in zip(one.history.frames, other.history.frames, strict=True):
        for a, b in zip(left.arms, right.arms, strict=True):
            assert a.histogram.tobytes() == b.histogram.tobytes()
            assert a.grad_norm.tobytes() == b.grad_norm.tobytes()


def test_the_summary_says_what_came_out():
    result = run_steps(tiny(), 30)
    content = summary(result)
    assert content["steps"] == 30
    assert [row["arm"] for row in content["arms"]] == [{"norm": "none"}, {"norm": "batch"}]
    assert len({row["weights_hash"] for row in content["arms"]}) == 1
    assert len({row["batches_hash"] for row in content["arms"]}) == 1
    for arm, row in enumerate(content["arms"]):
        step, loss, accuracy = result.history.last_evaluation(arm)
        assert step == 30
        assert row["test_accuracy"] == pytest.approx(accuracy, abs=1e-6)
        assert row["test_loss"] == pytest.approx(loss, abs=1e-6)
        assert row["diverged"] is None


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_is_still_json(loss):
    result = run_steps(tiny(), 2)
    result.history.add_evaluation(0, 3, loss, 0.5)
    assert json.loads(plain(result))["arms"][0]["test_loss"] is None


def test_divergence_is_in_the_summary():
    result = run_steps(tiny(activation="identity", norm="none", init_scale=100.0, lr=100.0, depth=3), 200)
    rows = json.loads(plain(result))["arms"]
    assert rows[0]["diverged"]["layer"] in {"hidden1", "hidden2", "hidden3", "head", "loss"}
    assert rows[0]["diverged"]["step"] < 200
    assert rows[0]["test_accuracy"] is not None


def test_progress_and_surfaces():
    told = []
    result = run_steps(tiny(), 200, surfaces_at=(0, 100, 200), on_progress=lambda *now: told.append(now))
    assert told == [(100, 200), (200, 200)]
    assert [surface.step for surface in result.history.surfaces] == [0, 100, 100, 200, 200]
    assert [surface.plane for surface in result.history.surfaces] == ["random"] + ["random", "pca"] * 2


def test_steps_below_one_are_bad_input():
    with pytest.raises(InputError, match="steps must be at least 1, got 0"):
        run_steps(tiny(), 0)


def test_the_public_function_takes_a_recipe_or_an_experiment():
    config = RunConfig(dataset="moons", depth=1, width=4, batch_size=8)
    assert bnviz.train is train
    history = train(config, 5)
    assert [dict(changes) for changes in history.experiment.arms] == [{"norm": "none"}, {"norm": "batch"}]
    assert history.frames[-1].step == 4
    assert len(train(config, 3, arms="lr:0.1,0.2,0.3").curves) == 3
    assert train(tiny(), 3).experiment == tiny()


def test_a_checkpoint_comes_back_as_the_same_nets():
    moons = load_dataset("moons")
    arms = Trainer(tiny(), moons, 100, StepSchedule(1), StepSchedule(10))
    for _ in range(30):
        arms.advance()
    checkpoint = arms.checkpoint()
    x, y = moons.x_test, moons.y_test
    for twin, net in zip(arms.twins, rebuild(checkpoint, moons), strict=True):
        twin.net.eval()
        assert (twin.net(x) == net.eval()(x)).all()
    surface = surface_at(checkpoint, moons, bn_stats="running", grid=5)
    assert surface.step == 30
    assert surface.loss.shape == (2, 5, 5)
    x, y = moons.x_train[:500], moons.y_train[:500]
    for arm, twin in enumerate(arms.twins):  # the middle of the plane is the checkpoint itself
        assert surface.loss[arm, 2, 2] == pytest.approx(twin.evaluate(x, y)[0], rel=1e-4)
    boundary = boundary_at(checkpoint, moons)
    assert boundary.step == 30
    assert boundary.probability.shape[:2] == (2, 2)
