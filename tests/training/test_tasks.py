"""Tasks wait in one queue, compute in slices, and end on cancel, at a limit and without their page."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from waiting import until

from bnviz.config.limits import Limits
from bnviz.config.visitor import Visitor
from bnviz.training.pace import Pace, Stopped, pause_point
from bnviz.training.permits import SLICE_S, CorePermits
from bnviz.training.tasks import TaskQueue, TaskRefusedError

WAIT = 30.0
NEVER = threading.Event()
ROOMY = Limits(tasks_at_once=1, tasks=5, tasks_per_visitor=2, tasks_per_address=3)
ME, YOU = Visitor("me", "1"), Visitor("you", "1")


def endless(task):
    while True:
        task.report(1, 2)
        NEVER.wait(0.001)


@pytest.fixture
def queue():
    made = TaskQueue(CorePermits(1), ROOMY)
    yield made
    made.cancel_all(WAIT)


def test_a_task_gives_its_result_and_its_error(queue):
    good = queue.start(lambda task: 7)
    assert good.join(WAIT)
    assert (good.state, good.result, good.error) == ("done", 7, None)
    bad = queue.start(lambda task: 1 / 0)
    assert bad.join(WAIT)
    assert (bad.state, type(bad.error)) == ("failed", ZeroDivisionError)
    assert queue.tasks == []


def test_tasks_wait_in_line_and_can_be_cancelled_there(queue):
    first, second, third = (queue.start(endless, Visitor(name)) for name in "abc")
    until(lambda: first.share == 0.5)
    assert [(task.state, task.position) for task in (first, second, third)] == [
        ("running", 0),
        ("queued", 1),
        ("queued", 2),
    ]
    second.cancel()
    assert second.join(WAIT)
    until(lambda: third.position == 1)
    first.cancel()
    until(lambda: third.share == 0.5)
    assert [task.state for task in (first, second)] == ["cancelled", "cancelled"]


def test_too_many_are_refused_in_a_sentence_that_says_whose(queue):
    for _ in range(2):
        queue.start(endless, ME)
    with pytest.raises(TaskRefusedError, match="2 computations of yours are under way already"):
        queue.start(endless, ME)
    queue.start(endless, YOU)
    with pytest.raises(TaskRefusedError, match="3 computations from your network are"):
        queue.start(endless, YOU)
    for name in "ab":
        queue.start(endless, Visitor(name, "2"))
    with pytest.raises(TaskRefusedError, match="5 computations are under way"):
        queue.start(endless, Visitor("c", "3"))


def test_the_place_of_a_closed_tab_is_given_back(queue):
    queue.limits = replace(ROOMY, closed_task_s=0.05)
    gone, open_tab = threading.Event(), threading.Event()
    running = queue.start(endless, ME, lambda: not gone.is_set())
    waiting = queue.start(endless, ME, lambda: not gone.is_set())
    kept = queue.start(endless, YOU, lambda: not open_tab.is_set())
    gone.set()
    for task in (running, waiting):
        assert task.join(WAIT)
        assert task.state == "unseen"
    until(lambda: kept.share == 0.5)


def test_one_that_no_page_shows_ends_and_one_that_is_shown_does_not(queue):
    queue.limits = replace(ROOMY, unseen_task_s=0.3)
    task = queue.start(endless)
    for _ in range(60):
        task.keep_alive()
        NEVER.wait(0.01)
    assert task.running
    assert task.join(WAIT)
    assert task.state == "unseen"


def test_one_that_computes_too_long_ends(queue):
    queue.limits = replace(ROOMY, task_s=0.1)
    task = queue.start(endless)
    assert task.join(WAIT)
    assert task.state == "time_limit"


def test_a_task_passes_its_permit_on_at_its_pause_points(queue):
    task, waited = queue.start(endless), []
    until(lambda: task.share == 0.5)
    for _ in range(5):
        with queue.permits.of("live").time_slice(NEVER) as granted:
            waited.append(granted)
    assert waited == [True] * 5
    assert task.running


def test_a_pause_point_does_nothing_without_a_pace():
    pause_point()


def test_a_pace_within_a_pace_asks_for_no_second_permit():
    permits = CorePermits(1)
    with Pace(permits, NEVER), Pace(permits, NEVER):
        assert permits.n_free == 0
        NEVER.wait(1.5 * SLICE_S)
        pause_point()
        assert permits.n_free == 0
    assert permits.n_free == 1


def test_an_error_between_two_slices_leaves_the_permits_whole():
    permits, stop = CorePermits(1), threading.Event()

    def compute():
        with Pace(permits, stop):
            stop.set()
            pause_point()

    with pytest.raises(Stopped):
        compute()
    assert permits.n_free == 1
    pause_point()
