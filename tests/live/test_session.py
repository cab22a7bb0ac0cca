"""A session: what it shows, which changes start a new run, and which messages its viewers get."""

import threading
import time

import hand_made_history as hand_made
import numpy as np
import pytest
from live_viewer import WAIT, text, tiny

from bnviz.config import preset
from bnviz.data import load_dataset
from bnviz.live import wire
from bnviz.live.latest_messages import Cursor
from bnviz.live.session import HIDDEN_RATE, VISIBLE_RATE, Session
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.training.permits import CorePermits
from bnviz.training.run import Run
from bnviz.training.run_queue import RunQueue


def losses(session):
    return [curve.loss_mean[:10].tolist() for curve in session.history.curves]


def test_an_unconfigured_session_is_idle(session, watch):
    viewer = watch(session)
    viewer.read()
    assert viewer.status() == {"status": "idle", "step": 0}
    session.pause()
    session.train()
    session.step_once()
    session.restart(play=True)
    assert session.run is None
    assert session.history is None


def test_hello_frames_curves_status_in_order(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    viewer.until(lambda: viewer.of(wire.HELLO))
    kinds = [message.kind for message in viewer.seen]
    start = kinds.index(wire.HELLO)
    assert kinds[start : start + 4] == [wire.HELLO, wire.FRAME, wire.CURVES, wire.STATUS]
    hello = viewer.content(wire.HELLO)
    assert hello["source"] == "live"
    assert hello["experiment"] == tiny().to_dict()
    (frame,) = viewer.of(wire.FRAME)
    assert frame.step == 0
    assert set(frame.blocks) == {16 * arm + k for arm in range(2) for k in range(len(ARM_FIELDS))}


def test_training_streams_frames_curves_and_a_last_status(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    session.train()
    viewer.until(lambda: len(viewer.of(wire.FRAME)) > 3)
    session.pause()
    viewer.until_status("paused")
    status = viewer.status()
    assert status["step"] == session.run.step
    assert status["hashes"]["same_weights"]
    assert status["hashes"]["same_batches"]
    assert status["engines"] == [{"name": "by hand", "refusal": None}] * 2
    steps = [message.step for message in viewer.of(wire.FRAME)]
    assert steps == sorted(steps)
    assert steps[-1] == session.run.step
    curves = viewer.of(wire.CURVES)[-1]
    assert curves.blocks[0].tolist() == session.history.curves[0].step.tolist()
    np.testing.assert_array_equal(curves.blocks[16 + 3], session.history.curves[1].loss_mean)


def test_the_same_again_keeps_the_run(session, watch):
    session.configure(tiny())
    run = session.run
    session.configure(tiny())
    assert session.run is run


def test_a_new_learning_rate_keeps_the_run_and_marks_it(session, watch):
    session.configure(tiny())
    viewer, run = watch(session), session.run
    session.train()
    viewer.until(lambda: run.step > 2)
    session.configure(tiny(lr=0.05, weight_decay=0.01))
    assert session.run is run
    viewer.until(lambda: len(run.history.marks) == 2)
    viewer.until(lambda: viewer.status().get("rates", {}).get("lr") == 0.05)
    assert {mark["text"] for mark in viewer.status()["marks"]} >= {"lr=0.05"}
    assert viewer.status()["status"] in ("running", "paused")


def test_anything_else_is_a_new_run_that_trains_on_if_the_former_did(session, watch):
    session.configure(tiny())
    viewer, run = watch(session), session.run
    session.train()
    viewer.until(lambda: run.step > 2)
    viewer.until_status("running")
    session.configure(tiny(width=5))
    assert session.run is not run
    viewer.until(lambda: session.run.step > 2)
    assert len(viewer.of(wire.HELLO)) == 2
    viewer.until(lambda: not run.alive)


def test_a_new_run_does_not_train_if_the_former_did_not(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    viewer.until(lambda: viewer.of(wire.HELLO))
    session.configure(tiny(width=5))
    viewer.until(lambda: len(viewer.of(wire.HELLO)) == 2)
    assert session.status == "idle"
    assert session.run.step == 0


def test_reset_gives_the_same_numbers(session, watch):
    session.configure(tiny(dropout=0.2))
    viewer, seen = watch(session), []
    for _ in range(2):
        session.restart(play=True)
        viewer.until(lambda: session.run.step >= 10)
        session.pause()
        viewer.until_status("paused")
        seen.append(losses(session))
    assert seen[0] == seen[1]


def test_step_by_step(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    for count in (1, 2):
        session.step_once()
        viewer.until(lambda count=count: viewer.status()["step"] == count)
    assert session.run.step == 2


def test_a_recording_is_shown_until_training_starts(session, watch):
    history = hand_made.history(3)
    history.add_surface(hand_made.surface(5))
    history.add_boundary(hand_made.boundary(10))
    viewer = watch(session)
    session.show(history)
    viewer.until(lambda: viewer.of(wire.HELLO))
    assert viewer.content(wire.HELLO)["source"] == session.source == "recorded"
    kinds = [message.kind for message in viewer.seen][-8:]
    assert kinds == [
        wire.HELLO,
        wire.FRAME,
        wire.FRAME,
        wire.FRAME,
        wire.CURVES,
        wire.SURFACE,
        wire.BOUNDARY,
        wire.STATUS,
    ]
    assert viewer.status()["status"] == "idle"
    assert viewer.status()["step"] == 10
    assert session.run is None
    session.train()
    viewer.until(lambda: viewer.of(wire.HELLO) and viewer.content(wire.HELLO)["source"] == "live")
    assert session.run.experiment == history.experiment
    viewer.until(lambda: session.run.step > 1)


def watched_history():
    plain = hand_made.meta() | {"watched": {"model": "Sequential"}}
    for arm in plain["arms"]:
        arm["config"] = {"activation": "relu"}
    return hand_made.history(2, plain=plain)


def test_a_watched_model_is_shown_and_cannot_be_trained(session, watch):
    history = watched_history()
    viewer = watch(session)
    session.show(history)
    viewer.until(lambda: viewer.of(wire.HELLO) and viewer.of(wire.STATUS))
    session.train()
    session.restart(play=True)
    session.step_once()
    assert session.history is history
    assert session.source == "recorded"


def test_a_watched_model_beside_an_experiment_has_a_status(session, watch):
    session.configure(tiny())
    session.show(watched_history())
    viewer = watch(session)
    viewer.until(lambda: viewer.of(wire.HELLO))
    assert viewer.status()["notes"] == []
    assert viewer.status()["step"] == 5


def test_a_batch_of_one_is_noted(session, watch):
    session.configure(tiny(batch_size=1))
    viewer = watch(session)
    viewer.until(lambda: viewer.of(wire.HELLO))
    assert viewer.status()["notes"] == ["batch_of_one"]


def test_a_late_viewer_gets_the_whole_backlog(session, watch):
    session.configure(tiny())
    first = watch(session)
    session.train()
    first.until(lambda: len(session.history.frames) > 5 if session.history else False)
    session.pause()
    first.until_status("paused")
    late = watch(session)
    late.read()
    assert [message.step for message in late.of(wire.FRAME)] == [f.step for f in session.history.frames]
    assert [message.kind for message in late.seen][-1] == wire.STATUS
    assert session.pending(late.cursor) == []
    assert not session.needs_backlog(late.cursor)
    assert session.needs_backlog(Cursor())


def test_bad_input_fails_in_words(session, watch):
    session.configure(tiny(dataset="nowhere"))
    viewer = watch(session)
    viewer.until_status("failed")
    assert viewer.status()["message"] == "bad_input"
    assert "unknown data set 'nowhere'" in viewer.status()["detail"]
    session.configure(tiny())
    viewer.until(lambda: viewer.of(wire.HELLO))
    assert session.status == "idle"


def test_speed_is_kept_for_later_runs(session, watch):
    session.configure(tiny())
    session.set_speed(250)
    viewer = watch(session)
    viewer.until(lambda: viewer.status().get("speed") == 250)
    session.configure(tiny(width=5))
    viewer.until(lambda: len(viewer.of(wire.HELLO)) >= 1 and session.run.state.speed == 250)


def test_hidden_viewers_ask_for_fewer_frames(session, watch):
    session.configure(tiny())
    viewer, other = watch(session), watch(session)
    viewer.until(lambda: session.history is not None)

    def rate():
        return session.run.capture_rate

    viewer.until(lambda: rate() == VISIBLE_RATE)
    session.set_hidden(viewer)
    session.set_hidden(other)
    viewer.until(lambda: rate() == HIDDEN_RATE)
    session.set_visible_panel("curves", other)
    viewer.until(lambda: rate() == VISIBLE_RATE)
    session.unsubscribe(other)
    viewer.until(lambda: rate() == HIDDEN_RATE)


def test_after_close_no_thread_is_left_and_closing_again_is_fine(registry, session, watch):
    session.configure(tiny())
    viewer = watch(session)
    session.train()
    viewer.until(lambda: viewer.of(wire.FRAME))
    run = session.run
    session.close()
    session.close()
    assert not run.alive
    assert session.history is None
    registry.close_all()  # the reducer's thread serves all sessions
    ours = [t.name for t in threading.enumerate() if t.name.startswith("bnviz-")]
    assert ours == []


def test_closing_while_the_run_is_being_built_does_not_wait_for_itself():
    inside, gate = threading.Event(), threading.Event()

    def load():
        inside.set()
        assert gate.wait(WAIT)
        return load_dataset("moons")

    def make_run(experiment, session):
        return Run(experiment, load, session, CorePermits(2), RunQueue(9))

    session = Session("token", make_run, CorePermits(1))
    session.configure(tiny())
    run = session.run
    assert inside.wait(WAIT)
    closing = threading.Thread(target=session.close, kwargs={"wait_s": 10 * WAIT})
    closing.start()
    deadline = time.monotonic() + WAIT
    while not run.stopping:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    gate.set()
    closing.join(WAIT)
    assert not closing.is_alive()
    assert not run.alive


@pytest.mark.parametrize("name", ["default", "figure1"])
def test_presets_fit_on_the_wire(session, watch, name):
    session.configure(preset(name))
    viewer = watch(session)
    viewer.until(lambda: viewer.of(wire.HELLO))
    assert [arm["changes"] for arm in text(viewer.of(wire.HELLO)[0])["arms"]] == [{"norm": "none"}, {"norm": "batch"}]
