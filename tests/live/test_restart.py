"""Restarts: they say why, the former run can be brought back, and a link's step is trained to."""

import pytest
from live_viewer import tiny, watched_steps

from bnviz.config import compare
from bnviz.config.visitor import Visitor
from bnviz.live import wire
from bnviz.live.restart import reason_for


@pytest.mark.parametrize(
    ("changes", "kind", "field"),
    [
        ({"activation": "tanh"}, "network", "activation"),
        ({"batch_size": 4}, "batches", "batch_size"),
        ({"optimizer": "adam"}, "training", "optimizer"),
        ({"seed": 5}, "seed", "seed"),
        ({"dataset": "spirals"}, "dataset", "dataset"),
        ({"width": 5, "seed": 5}, "several", None),
        ({}, "reset", None),
    ],
)
def test_a_restart_names_what_changed(changes, kind, field):
    reason = reason_for(tiny(), tiny(**changes))
    assert (reason.kind, reason.field) == (kind, field)


def test_other_arms_are_a_reason():
    assert reason_for(tiny(), compare(tiny().base, "norm", ["batch"])).kind == "arms"


def test_undo_brings_the_run_itself_back(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    watched_steps(session, viewer, 3)
    run, hashes = session.run, viewer.status()["hashes"]
    session.configure(tiny(activation="tanh"))
    viewer.until(lambda: viewer.of(wire.FORMER))
    viewer.until(lambda: viewer.status()["step"] == 0)
    restarted = viewer.status()["restarted"]
    assert (restarted["kind"], restarted["field"], restarted["step"]) == ("network", "activation", 3)
    assert viewer.of(wire.FORMER)[-1].blocks[0].tolist() == run.history.curves[0].step.tolist()
    assert session.undo_restart() == tiny()
    assert session.run is run
    viewer.until(lambda: viewer.status()["step"] == 3)
    assert viewer.status()["hashes"] == hashes
    assert viewer.status()["restarted"] is None
    watched_steps(session, viewer, 4)
    assert session.undo_restart() is None


def test_a_run_without_a_step_is_not_kept(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    viewer.until(lambda: viewer.of(wire.HELLO))
    session.configure(tiny(width=5))
    assert session.undo_restart() is None


def test_the_step_of_a_link_is_trained_to_and_shown(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    session.train_to(7)
    viewer.until(lambda: viewer.status()["status"] == "paused" and viewer.status()["step"] == 7)
    assert viewer.of(wire.FRAME)[-1].step == 7
    session.train_to(2)  # it was passed: the same run begins again
    viewer.until(lambda: viewer.status()["status"] == "paused" and viewer.status()["step"] == 2)


def test_only_its_own_browser_finds_a_session_and_only_while_no_page_shows_it(registry, watch):
    session = registry.open(visitor=Visitor("secret"))
    assert registry.resume(session.handle, "secret") is session
    for handle, owner in ((session.handle, "other"), (session.handle, ""), ("", "secret"), (session.token, "secret")):
        assert registry.resume(handle, owner) is None
    viewer = watch(session)
    assert registry.resume(session.handle, "secret") is None
    session.unsubscribe(viewer)
    assert registry.resume(session.handle, "secret") is session
    without = registry.open()
    assert registry.resume(without.handle, "") is None
    assert session.handle not in session.token
    assert len(session.handle) >= 12 <= len(session.token) - 6
