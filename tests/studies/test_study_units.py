"""One unit of a study: what it evaluates, that it repeats itself, stops, and resumes as if it had never stopped."""

import json
import threading
from dataclasses import replace
from itertools import count, pairwise

import pytest
import torch

from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.studies import STUDIES, Arm, PostTrainingHook, StudyStopped, load_study, recording_of, run_unit, study_data
from bnviz.studies.checkpoint import load_state
from bnviz.studies.files import unit_to_dict
from bnviz.studies.samples import balanced, fingerprint, limited
from bnviz.studies.study_runner import StudyRunner, evaluation_steps
from bnviz.training.evaluate import loss_and_accuracy
from tests.studies.study_helpers import TINY, untimed

DATA = load_dataset("moons")
KEY = fingerprint(DATA)


def units_of(study):
    return {unit.arm: unit for unit in study.units((0,), KEY)}


def as_bytes(finished):
    return json.dumps(unit_to_dict(untimed(finished.result))).encode()


class StopsAt(threading.Event):
    """An event that is set once it was asked so many times: one question a step."""

    def __init__(self, step):
        super().__init__()
        self.asked = count(1)
        self.step = step

    def is_set(self):
        return next(self.asked) >= self.step


@pytest.mark.parametrize("arm", ["plain", "batch", "short"])
def test_a_unit_stopped_anywhere_goes_on_to_the_same_bytes(arm, tmp_path):
    unit = units_of(TINY)[arm]
    whole = run_unit(unit, DATA)
    for stops in ((1,), (7, 3), (15,)):
        for step in stops:
            with pytest.raises(StudyStopped):
                run_unit(unit, DATA, StopsAt(step), folder=tmp_path)
        state = load_state(tmp_path / f"{unit.key}.pt", unit.key)
        assert 0 < state["step"] < unit.steps
        assert as_bytes(run_unit(unit, DATA, folder=tmp_path)) == as_bytes(whole)
        (tmp_path / f"{unit.key}.pt").unlink()


def test_a_checkpoint_that_is_cut_off_or_of_another_unit_is_no_checkpoint(tmp_path):
    unit, other = units_of(TINY)["plain"], units_of(TINY)["batch"]
    with pytest.raises(StudyStopped):
        run_unit(unit, DATA, StopsAt(2), folder=tmp_path)
    path = tmp_path / f"{unit.key}.pt"
    assert load_state(path, other.key) is None
    path.write_bytes(path.read_bytes()[:500])
    assert load_state(path, unit.key) is None
    assert as_bytes(run_unit(unit, DATA, folder=tmp_path)) == as_bytes(run_unit(unit, DATA))


def test_checkpoints_in_between_change_nothing(tmp_path):
    unit = units_of(TINY)["batch"]
    assert as_bytes(run_unit(unit, DATA, folder=tmp_path, every_s=0.0)) == as_bytes(run_unit(unit, DATA))
    assert [path.suffix for path in tmp_path.iterdir()] == [".pt"]


def test_what_a_unit_reports():
    unit = units_of(TINY)["batch"]
    run = StudyRunner(unit, DATA)
    run.run(threading.Event(), lambda step: None, None, 1e9)
    finished = run.finish()
    result = finished.result
    assert finished.payload == "seen"
    assert result.steps == (0, 5, 10, 15, 20, 25, 30, 35, 40)
    assert (result.arm, result.seed, result.key) == ("batch", 0, unit.key)
    x, y = DATA.x_test.flatten(1), DATA.y_test
    loss, accuracy = loss_and_accuracy(run.twin.net, x, y, chunk=7)
    assert result.final_test_accuracy == pytest.approx(accuracy, abs=1e-4)
    chosen = balanced(y, 60)
    loss, accuracy = loss_and_accuracy(run.twin.net, x[chosen], y[chosen])
    assert result.test_accuracy[-1] == pytest.approx(accuracy, abs=1e-4)
    assert result.test_loss[-1] == pytest.approx(loss, rel=1e-4)
    assert result.best_test_accuracy == max(result.test_accuracy)
    first = next(s for s, a in zip(result.steps, result.test_accuracy, strict=True) if a >= 0.8)
    assert result.steps_to_threshold == first
    assert result.extras["per_class"] == (0.25, 0.75)
    assert result.diverged is None
    assert run.twin.net.training


def test_the_training_loss_is_the_mean_since_the_evaluation_before():
    unit = units_of(TINY)["plain"]
    dense = replace(unit, evaluations=unit.steps)
    every, some = run_unit(dense, DATA).result, run_unit(unit, DATA).result
    for place in range(1, len(some.steps)):
        between = every.train_loss[some.steps[place - 1] + 1 : some.steps[place] + 1]
        assert some.train_loss[place] == pytest.approx(sum(between) / len(between), rel=1e-3)
    assert some.train_loss[0] == every.train_loss[0] == every.train_loss[1]


def test_a_unit_that_diverges_says_when_and_has_no_final_accuracy():
    arm = Arm("wild", (("norm", "none"), ("lr", 100.0), ("activation", "identity"), ("init_scale", 50.0)))
    study = replace(TINY, arms=(arm,), expected=())
    result = run_unit(units_of(study)["wild"], DATA).result
    assert result.diverged is not None
    assert result.final_test_accuracy is None
    assert result.final_train_accuracy is None
    assert result.extras == {}
    assert None not in result.steps


def test_arms_of_one_seed_start_alike_and_see_the_same_batches():
    hashes = set()
    for norm in ("none", "batch"):
        study = replace(TINY, arms=(Arm(norm, (("norm", norm),)),), expected=())
        run = StudyRunner(units_of(study)[norm], DATA)
        weights = run.twin.net.linear1.weight.detach().clone()
        run.run(threading.Event(), lambda step: None, None, 1e9)
        hashes.add((run.twin.batches_hash, weights.numpy().tobytes()))
    assert len(hashes) == 1


def test_the_key_depends_on_every_setting_and_on_nothing_else():
    keys = {unit.key for unit in TINY.units((0, 1), KEY)}
    assert len(keys) == 6
    (unit,) = TINY.adjusted(arms=("plain",)).units((0,), KEY)
    assert unit.key in keys
    other = [
        TINY.adjusted({"eps": 1e-3}).units((0,), KEY)[0],
        TINY.adjusted(steps=41).units((0,), KEY)[0],
        replace(TINY, threshold=0.81).units((0,), KEY)[0],
        replace(TINY, n_curve=50).units((0,), KEY)[0],
        replace(TINY, hook=None).units((0,), KEY)[0],
        TINY.units((0,), "another")[0],
    ]
    assert len({u.key for u in other} | keys) == 12
    moved = TINY.adjusted(dataset="file:elsewhere.npz").units((0, 1), KEY)
    assert {u.key for u in moved} == keys  # the same data by another name


# The first unit of each study with a hook, as commit 4a8a446 hashed it, when the hook's id was its function's name.
KEYS = {
    "adabn": "2b1247e934a91ea050d5a7e9",
    "dropout-before-bn": "20bafb40d3b2a0dc4c32f8a2",
    "recurrent": "66a6ebc767950b0f25aec270",
    "ensemble": "189e204c6b9db56e4af94b39",
    "figure1": "d6f466a33f214c78d7bf4fb6",
}


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_keys_of_recorded_units_stay_valid(name, key):
    assert STUDIES[name].units((0,), "data")[0].key == key


def test_a_recording_has_the_keys_of_its_study():
    recorded, study = load_study(recording_of("figure1")), STUDIES["figure1"]
    dataset = study_data(study, allow_any_path=False)
    keys = {unit.key for unit in study.units(recorded.seeds, fingerprint(dataset))}
    assert {unit.key for unit in recorded.units} == keys


def test_the_key_depends_on_the_hooks_id_and_not_on_its_functions_name():
    def renamed(trained):
        return TINY.hook.measure(trained)

    (unit, *_) = TINY.units((0,), KEY)
    assert replace(unit, hook=PostTrainingHook(TINY.hook.id, renamed)).key == unit.key
    assert replace(unit, hook=PostTrainingHook("another", TINY.hook.measure)).key != unit.key


def test_evaluation_steps():
    assert evaluation_steps(100, 4, "even") == [0, 25, 50, 75, 100]
    assert evaluation_steps(3, 10, "even") == [0, 1, 2, 3]
    spaced = evaluation_steps(50_000, 40, "log")
    assert spaced[0] == 0
    assert spaced[-1] == 50_000
    assert 25 < len(spaced) <= 41
    ratios = [b / a for a, b in pairwise(spaced[12:])]
    assert max(ratios) < 1.5


def test_a_part_of_the_data_is_balanced_and_evenly_spaced():
    y = torch.tensor([0, 1] * 50 + [2] * 10)
    part = balanced(y, 30)
    assert torch.bincount(y[part]).tolist() == [10, 10, 10]
    zeros = part[y[part] == 0]
    assert torch.equal(zeros, torch.arange(0, 100, 10))
    assert torch.equal(balanced(y, 0), torch.arange(110))
    assert torch.equal(balanced(y, 500), torch.arange(110))
    assert len(balanced(y, 60)) == 50  # one class has no more
    small = limited(DATA, 50, 20)
    assert (len(small.y_train), len(small.y_test)) == (50, 20)
    assert fingerprint(small) != KEY
    assert limited(DATA, 0, 0) is DATA


def test_a_study_can_be_adjusted():
    less = TINY.adjusted({"width": 4}, steps=20, arms=("batch", "short"))
    assert [(arm.name, arm.steps) for arm in less.arms] == [("batch", 0), ("short", 10)]
    assert less.expected == ()
    assert less.units((3,), KEY)[0].config.width == 4
    assert less.units((3,), KEY)[0].config.seed == 3
    with pytest.raises(InputError, match="no arm 'nope'; its arms are plain, batch, short"):
        TINY.adjusted(arms=("nope",))
    with pytest.raises(InputError, match="steps must be"):
        TINY.adjusted(steps=0)
    assert STUDIES


@pytest.mark.parametrize("norm", ["renorm", "noisy", "cumulative", "dataset", "ghost"])
def test_norms_with_a_memory_go_on_as_well(norm, tmp_path):
    arm = Arm("one", (("norm", norm), ("ghost_size", 4)))
    unit = units_of(replace(TINY, arms=(arm,), expected=(), hook=None))["one"]
    whole = run_unit(unit, DATA)
    with pytest.raises(StudyStopped):
        run_unit(unit, DATA, StopsAt(13), folder=tmp_path)
    assert as_bytes(run_unit(unit, DATA, folder=tmp_path)) == as_bytes(whole)


def test_a_norm_that_comes_late_comes_at_its_step_after_a_stop_as_well(tmp_path):
    arm = Arm("late", (("norm", "batch"), ("norm_from", 10)))
    unit = units_of(replace(TINY, arms=(arm,), expected=()))["late"]
    whole = run_unit(unit, DATA)
    for step in (5, 8, 20):
        with pytest.raises(StudyStopped):
            run_unit(unit, DATA, StopsAt(step), folder=tmp_path)
    assert as_bytes(run_unit(unit, DATA, folder=tmp_path)) == as_bytes(whole)
