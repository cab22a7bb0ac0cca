"""Who leaves takes the threads along: whatever a session was doing, one round of the janitor ends all its threads."""

import gc
import sys
import threading
import traceback
import weakref
from collections.abc import Callable

import pytest
from live_viewer import WAIT, tiny, watched_steps

from bnviz.config.limits import Limits
from bnviz.training.run import Run
from bnviz.training.run_queue import RunQueue

OURS = ("bnviz-run", "bnviz-analysis")


@pytest.fixture(autouse=True)
def others():
    """Threads that were there before the test are none of its business."""
    return set(threading.enumerate())


def our_threads(others):
    return [thread for thread in threading.enumerate() if thread.name.startswith(OURS) and thread not in others]


def wait_for_end(others):
    """Wait until no thread of a session is left; a failure shows where each one is."""
    for thread in our_threads(others):
        thread.join(WAIT / 6)
    if left := our_threads(others):
        frames = sys._current_frames()
        where = ["".join((f"{thread.name}\n", *traceback.format_stack(frames[thread.ident]))) for thread in left]
        pytest.fail("\n\n".join(where))


UNWATCHED = Limits().unwatched_s


def sweep(registry, away=UNWATCHED + 1):
    """One round of the janitor, long after the last viewer left."""
    registry.reap_idle(now=max(session.last_seen for session in registry.sessions) + away)


def leave(viewer):
    viewer.session.unsubscribe(viewer)


def leave_for_good(viewer, registry, others):
    """Leave, let the janitor go round, and wait until no thread is left."""
    leave(viewer)
    sweep(registry)
    wait_for_end(others)


def running(session, viewer):
    session.train()
    viewer.until(lambda: viewer.status()["status"] == "running" and session.run.step > 2)


def fresh(session, viewer):
    viewer.until(lambda: session.history is not None)


def paused(session, viewer):
    running(session, viewer)
    session.pause()
    viewer.until_status("paused")


def single_stepping(session, viewer):
    watched_steps(session, viewer, 3)


def amid_single_steps(session, viewer):
    watched_steps(session, viewer, 1)
    for _ in range(200):
        session.step_once()


def slow(session, viewer):
    session.set_speed(0.05)  # one step in 20 s
    session.train()
    viewer.until(lambda: viewer.status()["status"] == "running")


def to_a_step(session, viewer):
    session.train_to(10_000)
    viewer.until(lambda: session.run.step > 2)


def restarted(session, viewer):
    running(session, viewer)
    session.configure(tiny(activation="tanh"))
    viewer.until(lambda: session.run.step > 2)


def restarted_at_rest(session, viewer):
    watched_steps(session, viewer, 3)
    session.configure(tiny(activation="tanh"))
    viewer.until(lambda: viewer.status()["step"] == 0)


def restarted_twice(session, viewer):
    restarted(session, viewer)
    session.restart(play=True)
    viewer.until(lambda: session.run.step > 2)


def undone(session, viewer):
    restarted(session, viewer)
    assert session.undo_restart() is not None
    viewer.until_status("paused")


def undone_and_trained(session, viewer):
    undone(session, viewer)
    running(session, viewer)


def undone_at_rest(session, viewer):
    restarted_at_rest(session, viewer)
    assert session.undo_restart() is not None
    viewer.until(lambda: viewer.status()["step"] == 3)


def beside_a_recording(session, viewer):
    running(session, viewer)
    session.show(session.history)
    viewer.until(lambda: session.source == "recorded")


def done(session, viewer):
    running(session, viewer)
    session.run._trainer.step = session.run.max_steps - 1
    viewer.until_status("done")


def failed(session, viewer):
    running(session, viewer)
    session.run._trainer._steps = (1 / 0 for _ in range(1))
    viewer.until_status("failed")


CASES: list[Callable] = [
    fresh,
    running,
    paused,
    single_stepping,
    amid_single_steps,
    slow,
    to_a_step,
    restarted,
    restarted_at_rest,
    restarted_twice,
    undone,
    undone_and_trained,
    undone_at_rest,
    beside_a_recording,
    done,
    failed,
]


@pytest.mark.parametrize("panel", ["curves", "boundary"])
@pytest.mark.parametrize("doing", CASES, ids=lambda case: case.__name__)
def test_whatever_it_was_doing_no_thread_is_left(registry, session, watch, others, doing, panel):
    session.set_visible_panel(panel)
    session.configure(tiny())
    viewer = watch(session)
    doing(session, viewer)
    leave_for_good(viewer, registry, others)


@pytest.mark.parametrize("doing", [running, paused, restarted, undone], ids=lambda case: case.__name__)
def test_it_ends_again_after_a_return(registry, session, watch, others, doing):
    session.configure(tiny())
    viewer = watch(session)
    doing(session, viewer)
    leave(viewer)
    sweep(registry)
    for _ in range(2):
        back = watch(session)
        step = session.run.step
        session.train()
        back.until(lambda step=step: session.run.step > step)
        leave_for_good(back, registry, others)


def test_who_returns_and_undoes_and_leaves_again_leaves_no_thread(registry, session, watch, others):
    session.configure(tiny())
    viewer = watch(session)
    restarted(session, viewer)
    leave_for_good(viewer, registry, others)
    back = watch(session)
    assert session.undo_restart() is not None
    back.until(lambda: session.history is not None)
    leave_for_good(back, registry, others)


def test_runs_in_the_queue_end_too(registry, watch, others):
    registry._run_queue = RunQueue(1)
    viewers = []
    for _ in range(3):
        session = registry.open()
        session.configure(tiny())
        viewers.append(watch(session))
        session.train()
    for viewer in viewers:
        viewer.until_status("running", "queued")
    assert sorted(viewer.status()["status"] for viewer in viewers) == ["queued", "queued", "running"]
    for viewer in viewers:
        leave(viewer)
    sweep(registry)
    wait_for_end(others)


def test_two_sessions_end_and_a_watched_one_goes_on(registry, watch, others):
    sessions = [registry.open() for _ in range(3)]
    viewers = []
    for session in sessions:
        session.configure(tiny())
        viewers.append(watch(session))
        running(session, viewers[-1])
    for viewer in viewers[:2]:
        leave(viewer)
    sweep(registry)
    for session in sessions[:2]:
        assert session.run.stop(WAIT)
    assert sessions[2].run.alive
    leave_for_good(viewers[2], registry, others)


def test_the_command_that_follows_the_janitor_at_once_is_carried_out(registry, session, watch, others):
    session.configure(tiny())
    viewer = watch(session)
    for _ in range(20):
        running(session, viewer)
        leave(viewer)
        sweep(registry)
        session.subscribe(viewer)
        step = session.run.step
        session.train()
        viewer.until(lambda step=step: viewer.status()["status"] == "running" and session.run.step > step)
    leave_for_good(viewer, registry, others)


def test_a_run_that_is_being_built_ends_too_and_can_be_resumed(registry, session, watch, others, monkeypatch):
    """No one waits for its thread, which needs the session's lock once more."""
    built, first = threading.Event(), Run._work

    def work(run):
        assert built.wait(WAIT)
        first(run)

    monkeypatch.setattr(Run, "_work", work)
    session.configure(tiny(), autostart=True)
    viewer = watch(session)
    leave(viewer)
    sweep(registry)
    back = watch(session)
    session.train()
    built.set()
    back.until(lambda: session.run.step > 2)
    leave_for_good(back, registry, others)


def test_a_parked_run_keeps_no_commands(registry, session, watch, others):
    session.configure(tiny())
    viewer = watch(session)
    running(session, viewer)
    leave_for_good(viewer, registry, others)
    for speed in range(1, 100):
        session.set_speed(speed)
        session.pause()
        session.set_hidden()
    assert session.run._commands.empty
    session.train()
    watch(session).until(lambda: session.run.state.speed == 99)


def test_only_so_many_former_runs_are_kept_and_only_for_so_long(registry, watch, others):
    registry.limits = Limits(former_runs=2)
    sessions, runs = [registry.open() for _ in range(3)], []
    for session in sessions:
        session.configure(tiny())
        viewer = watch(session)
        watched_steps(session, viewer, 2)
        for width in (5, 6):  # one a session: the second restart lets the first run go
            runs.append(weakref.ref(session.run))
            session.configure(tiny(width=width))
            watched_steps(session, viewer, 2)
    registry.reap_idle()
    assert [session.former is None for session in sessions] == [True, False, False]
    assert sessions[0].undo_restart() is None
    registry.reap_idle(now=sessions[1].former.since + Limits().undo_s + 0.001)
    assert sessions[1].former is None
    assert sessions[2].former is not None
    viewer.until(lambda: viewer.status()["restarted"] is not None)
    registry.reap_idle(now=sessions[2].former.since + Limits().undo_s + 0.001)
    viewer.until(lambda: viewer.status()["restarted"] is None)
    wait_until_gone(runs)


def wait_until_gone(references):
    """Wait until nothing refers to these objects: their threads end a moment later."""
    for _ in range(int(WAIT / 0.05)):
        gc.collect()
        if all(reference() is None for reference in references):
            return
        threading.Event().wait(0.05)
    pytest.fail(f"{sum(reference() is not None for reference in references)} runs are still in memory")


def test_a_forgotten_session_leaves_no_thread(registry, session, watch, others):
    session.configure(tiny())
    viewer = watch(session)
    restarted(session, viewer)
    leave(viewer)
    sweep(registry, away=Limits().forget_s + 1)
    wait_for_end(others)
    assert registry.sessions == []
