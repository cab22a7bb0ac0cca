"""A long computation waits in the queue, shows its progress, can be canceled, and tells how it ended."""

from __future__ import annotations

import sys
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
from bnviz.training.shared import Shared, shared
from bnviz.training.task import Task

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
    shared()
    monkeypatch.setattr(sys.modules["_bnviz_state"], "shared", Shared(permits, made))
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


def opened(owner: str = "") -> AppTest:
    """Open the page in a tab; tabs of one owner are those of one browser."""
    app = AppTest.from_function(page, default_timeout=30)
    if owner:
        app.session_state["bnviz.owner"] = owner
    return app.run()


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


def until_half(task: Task) -> Task:
    while task.share < 0.5:
        threading.Event().wait(0.001)
    return task


def test_after_a_reload_the_page_shows_the_same_task_and_its_result(queue: room.TaskQueue) -> None:
    former = opened("me")
    former.button(key="go").click().run()
    (task,) = queue.tasks
    until_half(task)
    app = opened("me")  # of the former one, nothing is left but its cookie
    assert (bars(app)[0][:9], app.button(key="go").disabled) == ("50 % done", True)
    assert bars(opened("you")) == []
    GATE.set()
    settle(queue)
    assert app.run().text[0].value == "found 7"
    assert opened("me").text[0].value == "found 7"
    assert opened("you").text[0].value == "found None"


def test_a_second_tab_starts_no_second_task_and_cancels_the_first(queue: room.TaskQueue) -> None:
    first, second = opened("me"), opened("me")
    first.button(key="go").click().run()
    second.button(key="go").click().run()  # drawn before the first one pressed
    (task,) = queue.tasks
    assert bars(second)
    second.button(key="bnviz.task.go.cancel").click().run()
    assert task.join(PATIENCE)
    first.run()
    assert (bars(first), first.button(key="go").disabled) == ([], False)


def test_a_task_for_other_settings_is_shown_and_not_cancelled_while_another_tab_shows_it(queue: room.TaskQueue) -> None:
    first, second = opened("me"), opened("me")
    first.button(key="go").click().run()
    (task,) = queue.tasks
    until_half(task)
    second.selectbox(key="side").set_value("b").run()
    assert bars(second)[0].endswith(translate("tasks.other"))
    assert not second.button(key="go").disabled
    second.button(key="go").click().run()
    assert len(queue.tasks) == 2
    assert task.running


def test_an_error_is_told_in_one_sentence(queue: room.TaskQueue) -> None:
    app = opened()
    app.button(key="bad").click().run()
    settle(queue)
    app.run()
    assert [each.value for each in app.error] == [translate("tasks.ended.failed", error="no such data")]
    assert not app.exception
