"""A long computation waits in the queue, shows its progress, can be canceled, and tells how it ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bnviz.config import InputError
from bnviz.config.limits import Limits
from bnviz.text.catalogue import translate
from bnviz.training import tasks as room
from bnviz.training.permits import CorePermits
from bnviz.training.shared import Shared

PATIENCE = 30.0
GATE = threading.Event()


def compute(report: Any) -> int:
    """Report the half, then wait at the gate."""
    while not GATE.is_set():
        report(1, 2)
        threading.Event().wait(0.001)
    return 7


def fail(_report: Any) -> int:
    raise InputError("no such data.")


def page() -> None:
    """A page with two buttons."""
    import streamlit as st
    from test_task_button import compute, fail

    from bnviz.ui.results import run_button

    side = st.selectbox("side", ["a", "b"], key="side")
    st.text(f"found {run_button('go', side, 'Go', compute)}")
    run_button("bad", None, "Fail", fail)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[room.TaskQueue]:
    permits = CorePermits(1)
    made = room.TaskQueue(permits, Limits(tasks=2, tasks_at_once=1))
    monkeypatch.setattr("bnviz.ui.tasks.shared", lambda: Shared(permits, made))
    monkeypatch.setattr("bnviz.ui.tasks.PATIENCE_S", 0.0)
    GATE.clear()
    yield made
    GATE.set()
    made.cancel_all(PATIENCE)


def settle(queue: room.TaskQueue, count: int = 0) -> None:
    while len(queue.tasks) > count:
        threading.Event().wait(0.001)


def bars(app: AppTest) -> list[str]:
    return [each.proto.text for each in app.get("progress")]


def opened() -> AppTest:
    return AppTest.from_function(page, default_timeout=30).run()


def test_it_shows_progress_and_then_the_result(queue: room.TaskQueue) -> None:
    app = opened()
    app.button(key="go").click().run()
    (task,) = queue.tasks
    while task.share < 0.5:
        threading.Event().wait(0.001)
    app.run()
    assert app.button(key="go").disabled
    assert bars(app)[0].startswith("50 % done")
    assert app.text[0].value == "found None"
    GATE.set()
    settle(queue)
    app.run()
    assert (app.text[0].value, bars(app), app.button(key="go").disabled) == ("found 7", [], False)
    app.selectbox(key="side").set_value("b").run()
    assert app.text[0].value == "found None"  # the result belongs to other inputs
    app.selectbox(key="side").set_value("a").run()
    assert app.text[0].value == "found 7"


def test_a_second_visitor_sees_a_place_in_the_queue_and_a_third_why_not(queue: room.TaskQueue) -> None:
    first, second, third = opened(), opened(), opened()
    for app in (first, second, third):
        app.button(key="go").click().run()
    assert bars(second) == ["Waiting: place 1 in the queue"]
    assert [each.value for each in third.warning] == [translate("tasks.refused.all", limit=2)]
    assert bars(third) == []
    third.run()
    assert not third.warning


def test_cancel_gives_the_place_to_the_next(queue: room.TaskQueue) -> None:
    first, second = opened(), opened()
    for app in (first, second):
        app.button(key="go").click().run()
    one, other = queue.tasks
    first.button(key="bnviz.task.go.cancel").click().run()
    settle(queue, 1)
    first.run()
    assert (one.state, bars(first), first.button(key="go").disabled) == ("cancelled", [], False)
    while other.share < 0.5:
        threading.Event().wait(0.001)
    assert other.state == "running"


def test_other_inputs_cancel_the_former_task(queue: room.TaskQueue) -> None:
    app = opened()
    app.button(key="go").click().run()
    (former,) = queue.tasks
    app.selectbox(key="side").set_value("b").run()
    app.button(key="go").click().run()
    assert former.join(PATIENCE)
    assert former.state == "cancelled"
    (task,) = queue.tasks
    GATE.set()
    assert task.join(PATIENCE)
    assert app.run().text[0].value == "found 7"


def test_an_error_is_told_in_one_sentence(queue: room.TaskQueue) -> None:
    app = opened()
    app.button(key="bad").click().run()
    settle(queue)
    app.run()
    assert [each.value for each in app.error] == [translate("tasks.ended.failed", error="no such data")]
    assert not app.exception
