"""Sessions by token: an unknown token opens nothing, and sessions without viewers end."""

import json
import time

import pytest
from live_viewer import tiny

from bnviz.config.limits import Limits
from bnviz.live import registry as room
from bnviz.live import wire
from bnviz.live.commands import handle_command
from bnviz.live.session import HIDDEN_RATE


def test_tokens_are_long_random_and_each_opens_its_own(registry):
    one, other = registry.open(), registry.open()
    assert one is not other
    assert len(one.token) >= 20
    assert one.token != other.token
    assert registry.open(one.token) is one
    assert registry.find(one.token) is one


@pytest.mark.parametrize("token", ["", "guess", "0" * 24])
def test_an_unknown_token_opens_nothing(registry, token):
    registry.open()
    assert registry.find(token) is None
    assert len(registry.sessions) == 1
    registry.close(token)
    assert len(registry.sessions) == 1


def test_a_run_without_viewers_ends_after_15_seconds_and_keeps_what_was_seen(registry, session, watch):
    session.configure(tiny())
    viewer = watch(session)
    session.train()
    viewer.until(lambda: len(viewer.of(wire.FRAME)) > 2)
    session.unsubscribe(viewer)
    run, left = session.run, session.last_seen
    assert Limits().unwatched_s == 15
    registry.reap_idle(now=left + 14.9)
    assert run.alive
    registry.reap_idle(now=left + 15.1)
    assert run.stop(60)
    assert (session.status, session.state.message) == ("paused", "orphaned")
    assert len(session.history.frames) > 2
    back = watch(session)
    back.until(lambda: back.of(wire.HELLO))
    assert back.status()["message"] == "orphaned"
    step = run.step
    session.train()  # resumes the same arms
    back.until(lambda: session.run is run and run.step > step)
    back.until_status("running")


def test_a_change_after_a_run_was_orphaned_does_not_start_training(registry, session, watch):
    session.configure(tiny())
    viewer = watch(session)
    session.train()
    viewer.until_status("running")
    session.unsubscribe(viewer)
    registry.reap_idle(now=session.last_seen + 16)
    assert session.run.stop(60)
    back = watch(session)
    session.configure(tiny(width=5))
    back.until(lambda: session.history is not None)
    session.run.checkpoint(60)
    assert session.status == "idle"
    assert session.run.step == 0


def test_a_watched_run_continues_for_any_time(registry, session, watch):
    session.configure(tiny())
    viewer = watch(session)
    session.train()
    viewer.until_status("running")
    registry.reap_idle(now=time.monotonic() + 9999)
    assert session.run.alive
    assert registry.find(session.token) is session


def test_the_janitor_tells_the_time(registry, session, watch):
    session.configure(tiny())
    viewer = watch(session)
    session.train()
    viewer.until_status("running")
    before = len(viewer.of(wire.STATUS))
    registry.reap_idle()
    viewer.until(lambda: len(viewer.of(wire.STATUS)) > before)


def test_a_session_whose_viewers_do_not_return_is_forgotten(registry, session):
    session.configure(tiny())
    registry.reap_idle(now=session.last_seen + Limits().forget_s - 1)
    assert registry.find(session.token) is session
    registry.reap_idle(now=session.last_seen + Limits().forget_s + 1)
    assert registry.find(session.token) is None
    assert session.history is None


def test_only_so_many_sessions(registry, watch):
    registry.limits = Limits(sessions=3)
    sessions = [registry.open() for _ in range(3)]
    watch(sessions[0])
    for index, session in enumerate(sessions):
        session.last_seen = float(index)
    fourth = registry.open()
    assert registry.sessions == [sessions[0], sessions[2], fourth]  # the watched one stays, the idlest goes


def test_closing_all_ends_every_thread(registry, watch):
    sessions = [registry.open() for _ in range(3)]
    for session in sessions:
        session.configure(tiny(), autostart=True)
        viewer = watch(session)
        viewer.until(lambda session=session: session.run.step > 0)
    runs = [session.run for session in sessions]
    registry.close_all()
    assert all(run.stop(60) for run in runs)
    assert registry.sessions == []


def test_the_one_registry_of_the_process_survives_a_reload():
    assert room.registry() is room.registry()


MALFORMED = [
    {},
    {"op": None},
    {"op": 3},
    {"op": ["train"]},
    {"op": {"train": 1}},
    {"op": "TRAIN"},
    {"op": "exit"},
    {"op": "visible"},
    {"op": "visible", "panel": 3},
    {"op": "visible", "panel": ["contours"]},
    {"op": "speed"},
    {"op": "speed", "steps_per_s": "fast"},
    {"op": "speed", "steps_per_s": -1},
    {"op": "speed", "steps_per_s": True},
    {"op": "speed", "steps_per_s": 1e9},
    {"op": "speed", "steps_per_s": float("nan")},
    {"op": "speed", "steps_per_s": float("inf")},
    {"op": "speed", "steps_per_s": 10**400},
    {"op": "speed", "steps_per_s": [5]},
]


@pytest.mark.parametrize("message", MALFORMED, ids=lambda message: json.dumps(message)[:60])
def test_malformed_commands_change_nothing(session, watch, message):
    session.configure(tiny())
    viewer = watch(session)
    viewer.until(lambda: viewer.of(wire.HELLO))
    before = (session.run, session.state, session.contours, session.visible_panel, session.speed)
    assert handle_command(session, message, viewer) is False
    session.run.checkpoint(60)  # by now every submitted command has run
    assert (session.run, session.state, session.contours, session.visible_panel, session.speed) == before


def test_odd_choices_of_contours_are_left_out(session):
    for message in ({"plane": "moon"}, {"plane": ["pca"]}, {"bn_stats": 3}, {"grid": 10**9}):
        assert handle_command(session, {"op": "contours", **message})
    assert session.contours == {"plane": "pca", "bn_stats": "batch"}
    handle_command(session, {"op": "contours", "plane": "pca", "bn_stats": "running"})
    assert session.contours == {"plane": "pca", "bn_stats": "running"}


def test_commands_do_what_they_say(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    run = session.run
    assert handle_command(session, {"op": "step"}, viewer)
    viewer.until(lambda: viewer.status()["step"] == 1)
    assert handle_command(session, {"op": "train"}, viewer)
    viewer.until(lambda: run.step > 3)
    assert handle_command(session, {"op": "pause"}, viewer)
    viewer.until_status("paused")
    assert handle_command(session, {"op": "speed", "steps_per_s": 5}, viewer)
    viewer.until(lambda: run.state.speed == 5)
    assert handle_command(session, {"op": "reset"}, viewer)
    viewer.until(lambda: session.run is not run and len(viewer.of(wire.HELLO)) == 2)
    assert session.run.step == 0
    assert handle_command(session, {"op": "visible", "panel": "x" * 99}, viewer)
    assert session.visible_panel == "x" * 40
    assert handle_command(session, {"op": "hidden"}, viewer)
    viewer.until(lambda: session.run.capture_rate == HIDDEN_RATE)


def test_sessions_of_a_registry_that_does_not_train_only_show_recordings(registry):
    registry.trains = False
    session = registry.open()
    session.configure(tiny())
    session.train()
    assert session.status == "idle"
    assert session.history is None
    registry.trains = True
    session.train()
    assert session.status == "idle", "the session was opened without training"
