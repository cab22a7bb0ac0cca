"""The run's thread: steered from outside, fails in words, ends when told."""

import logging
import threading

import numpy as np
import torch
from run_listener import TINY, WAIT, until_step

from bnviz.config import InputError, compare
from bnviz.training.trainer import Trainer


def test_it_builds_observes_step_0_and_waits(make_run):
    run, listener = make_run()
    listener.until(lambda: listener.has_begun)
    assert run.history.frames[0].step == 0
    assert run.state.status == "idle"
    assert run.step == 0
    assert run.state.weights_hashes[0] == run.state.weights_hashes[1]
    assert run.alive


def test_play_pause_and_on(make_run):
    run, listener = make_run()
    run.play()
    listener.until(lambda: len(listener.frames) >= 2)
    run.pause()
    listener.until(lambda: run.state.status == "paused")
    step = run.step
    assert run.state.step == step
    frame = run.history.frames[-1]
    assert frame.step == step  # it rests on what is shown
    for arm, shown in enumerate(frame.arms):
        measured, _, accuracy = run.history.last_evaluation(arm)
        assert (measured, np.float32(accuracy)) == (step, shown.scalars[3]), "its own accuracy"
    assert run.state.steps_per_s == 0
    assert len(set(run.state.batches_hashes)) == 1
    run.play()
    until_step(run, listener, step + 10)
    assert "running" in listener.statuses


def test_a_run_to_a_step_rests_with_the_accuracy_of_a_run_that_was_paused_there(make_run):
    run, listener = make_run()
    run.play()
    until_step(run, listener, 7)
    run.pause()
    listener.until(lambda: run.state.status == "paused")
    other, listener = make_run()
    other.train_to(run.step)
    listener.until(lambda: other.state.status == "paused")
    for arm in range(2):
        assert other.history.last_evaluation(arm) == run.history.last_evaluation(arm)
    assert other.step == run.step == run.history.last_evaluation(0)[0]


def test_single_steps(make_run):
    run, listener = make_run()
    for count in (1, 2, 3):
        run.step_once()
        listener.until(lambda count=count: run.state.status == "paused" and run.state.step == count)
    run.pause()
    assert run.step == 3
    assert listener.frames == [1, 2, 3]  # step 0 was observed before


def test_a_changed_rate_is_marked_and_the_run_continues(make_run):
    run, listener = make_run()
    run.play()
    listener.until(lambda: listener.frames)
    run.change_rates({"lr": 0.05})
    listener.until(lambda: run.history.marks)
    (mark,) = run.history.marks
    assert mark.text == "lr=0.05"
    until_step(run, listener, mark.step + 5)
    assert run.alive


def test_a_checkpoint_while_it_runs_and_after_it_ended(make_run):
    run, listener = make_run()
    run.play()
    listener.until(lambda: run.step > 5)
    checkpoint = run.checkpoint(WAIT)
    assert checkpoint.step > 0
    assert set(checkpoint.states[1]) > {"linear1.weight", "norm1.running_mean"}
    run.stop(WAIT)
    last = run.checkpoint(WAIT)
    assert last.step == run.step
    assert torch.isfinite(last.states[0]["head.weight"]).all()


def test_stop_twice_and_at_once_from_many_threads(make_run):
    run, listener = make_run()
    run.play()
    listener.until(lambda: listener.frames)
    stoppers = [threading.Thread(target=run.stop, args=(WAIT,)) for _ in range(8)]
    for stopper in stoppers:
        stopper.start()
    for stopper in stoppers:
        stopper.join(WAIT)
    assert not run.alive
    assert run.stop()


def test_stop_from_its_own_thread(make_run):
    run, listener = make_run(start=False)
    answers = []
    listener.on_start = lambda number: answers.append(run.stop(WAIT))  # called in the run's thread
    run.start()
    assert run.stop(WAIT)
    assert not run.alive
    assert answers == [False]  # it cannot have ended while it is asking


def test_stop_before_the_start(make_run):
    run, _ = make_run(start=False)
    assert run.stop()
    assert run.checkpoint(0.1) is None
    run.start()
    assert run.stop(WAIT)
    assert not run.alive


def broken(*args):
    raise RuntimeError("the disk is on fire")


def test_an_exception_in_the_thread_is_shown_and_logged(make_run, caplog):
    with caplog.at_level(logging.ERROR):
        run, listener = make_run(load=broken)
        listener.until(lambda: run.state.status == "failed")
        assert run.stop(WAIT)
    assert run.state.message == "crashed"
    assert run.state.detail == "RuntimeError: the disk is on fire"
    assert "the disk is on fire" in caplog.text
    assert run.history is None
    assert run.checkpoint(WAIT) is None  # nothing to copy, and nothing raised
    run.play()  # no thread reads the command, so nothing happens
    assert run.stop()


def test_bad_input_is_shown_in_its_own_sentence(make_run):
    def missing():
        raise InputError("unknown data set 'x'; known are a, b")

    run, listener = make_run(load=missing)
    listener.until(lambda: run.state.status == "failed")
    assert run.state.message == "bad_input"
    assert run.state.detail == "unknown data set 'x'; known are a, b"


def test_an_exception_in_the_middle_of_training(make_run, monkeypatch, caplog):
    run, listener = make_run()
    listener.until(lambda: listener.has_begun)
    monkeypatch.setattr(Trainer, "advance", broken)
    with caplog.at_level(logging.ERROR):
        run.play()
        listener.until(lambda: run.state.status == "failed")
    assert run.history.frames[0].step == 0  # what was seen stays
    assert run.checkpoint(WAIT).step == 0


def test_max_steps_is_done(make_run):
    run, listener = make_run(max_steps=7)
    run.play()
    listener.until(lambda: run.state.status == "done")
    assert run.step == run.state.step == 7
    assert run.history.last_evaluation(0)[0] == 7
    assert run.history.frames[-1].step == 7
    run.play()
    run.step_once()
    run.change_rates({"lr": 0.3})
    listener.until(lambda: run.history.marks)
    assert run.step == 7
    assert run.state.status == "done"


def test_all_arms_diverged_is_an_end(make_run):
    base = TINY.base.with_fields(activation="identity", norm="none", init_scale=100.0, depth=3)
    run, listener = make_run(compare(base, "lr", [100.0, 90.0]))
    run.play()
    listener.until(lambda: run.state.status == "diverged")
    assert [d.arm for d in sorted(run.state.diverged, key=lambda d: d.arm)] == [0, 1]


def test_half_an_hour_of_computing_pauses(make_run):
    run, listener = make_run(max_busy_s=0.01)
    run.play()
    listener.until(lambda: run.state.message == "time_limit" and run.state.status == "paused")
    step = run.step
    run.play()
    until_step(run, listener, step + 1)


def test_speed_is_a_limit_and_stays_in_its_bounds(make_run):
    run, listener = make_run()
    run.set_speed(1e9)
    listener.until(lambda: run.state.speed == 1000)
    run.set_speed(-3)
    listener.until(lambda: run.state.speed == 0)
    run.set_speed(0.001)  # one step, then a long wait
    run.play()
    listener.until(lambda: run.step == 1)
    run.set_speed(0)  # which mail ends at once
    until_step(run, listener, 20)


def test_what_a_step_takes_is_part_of_its_time(make_run, monkeypatch):
    run, listener = make_run()
    listener.until(lambda: listener.has_begun)
    pauses, advance = [], Trainer.advance

    def long_step(trainer):
        run._turn_began -= 100.0  # as if it had begun so many seconds ago
        return advance(trainer)

    monkeypatch.setattr(Trainer, "advance", long_step)
    monkeypatch.setattr(run._commands, "sleep", pauses.append)
    run.set_speed(0.005)
    run.play()
    until_step(run, listener, 3)
    assert all(99 < pause < 100 for pause in [pause for pause in pauses if pause is not None][:3])
