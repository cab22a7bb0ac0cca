"""A visitor's tasks are found again, and forgotten some time after the last page with them was closed."""

from __future__ import annotations

import threading

from bnviz.config.limits import Limits
from bnviz.training.permits import CorePermits
from bnviz.training.task import Task
from bnviz.training.task_book import KEPT_ENDED, HeldTask
from bnviz.training.tasks import TaskQueue

WAIT = 30.0
NEVER = threading.Event()


def endless(task: Task) -> None:
    while True:
        task.report(1, 2)
        NEVER.wait(0.001)


def held(queue: TaskQueue, owner: str, key: str = "go", inputs: object = None, **given: object) -> HeldTask:
    found = HeldTask(owner, key, inputs, queue.start(lambda task: 7, **given))  # type: ignore[arg-type]
    assert found.task.join(WAIT)
    queue.book.add(found)
    return found


def test_the_newest_task_of_a_button_and_its_inputs_is_found() -> None:
    queue = TaskQueue(CorePermits(1), Limits())
    first, second, third = held(queue, "me", inputs=1), held(queue, "me", inputs=1), held(queue, "me", inputs=2)
    other = held(queue, "you", inputs=1)
    assert queue.book.find("me", "go", 1) is second
    assert queue.book.find("me", "go", 3) is None
    assert queue.book.of("me", "go") == [first, second, third]
    assert queue.book.of("you") == [other]


def test_ended_tasks_are_kept_while_a_page_is_open_and_for_the_lease_after() -> None:
    queue = TaskQueue(CorePermits(1), Limits(forget_s=2))
    is_open = threading.Event()
    is_open.set()
    kept = held(queue, "me", is_open=is_open.is_set)
    queue.book.tidy()
    assert queue.book.of("me") == [kept]
    is_open.clear()
    queue.book.tidy()
    assert queue.book.of("me") == [kept]
    while queue.book.of("me"):
        NEVER.wait(0.01)
        queue.book.tidy()
    assert kept.task.away_s() > 2


def test_of_many_ended_tasks_the_newest_are_kept_and_none_that_computes_is_lost() -> None:
    queue = TaskQueue(CorePermits(1), Limits(tasks_at_once=2))
    running = HeldTask("me", "long", None, queue.start(endless))
    queue.book.add(running)
    made = [held(queue, "me", inputs=number) for number in range(KEPT_ENDED + 2)]
    assert queue.book.of("me") == [running, *made[2:]]
    queue.cancel_all(WAIT)


def test_a_reloaded_page_keeps_its_task_and_a_task_ends_when_all_its_pages_are_closed() -> None:
    queue = TaskQueue(CorePermits(1), Limits(closed_task_s=1))
    former, second = threading.Event(), threading.Event()
    for each in (former, second):
        each.set()
    task = queue.start(endless, is_open=former.is_set, page="former")
    former.clear()
    task.watch("second", second.is_set)
    assert task.is_watched_elsewhere("former")
    assert not task.is_watched_elsewhere("second")
    NEVER.wait(1.3)
    assert task.running
    second.clear()
    assert task.join(WAIT)
    assert task.state == "unseen"
