"""TaskQueue: one queue for the long computations of all pages (a chapter's run, a claim's test, a map).

A task has a thread of its own. It waits until fewer than ``tasks_at_once`` compute, then computes in slices under the
permits that the live runs compute under too, so that each visitor gets the same share of the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from bnviz.config import InputError
from bnviz.config.limits import Limits, limits
from bnviz.config.visitor import NOBODY, Visitor
from bnviz.training.permits import CorePermits
from bnviz.training.run_queue import RunQueue
from bnviz.training.task import Task
from bnviz.training.task_book import TaskBook


class TaskRefusedError(InputError):
    """There are too many tasks already.

    Attributes:
        reason: "visitor", "address" or "all": whose.
        limit: how many there may be.
    """

    def __init__(self, reason: str, limit: int) -> None:
        whose = {"visitor": "of yours are", "address": "from your network are", "all": "are"}[reason]
        super().__init__(f"{limit} computations {whose} under way already; try again when one has ended")
        self.reason, self.limit = reason, limit


class TaskQueue:
    """All tasks of a process.

    Args:
        permits: what they compute under.
        given: the limits; by default those of the process.

    Attributes:
        permits: the same.
        limits: the same.
        queue: the places.
        book: which task is whose.
    """

    def __init__(self, permits: CorePermits, given: Limits | None = None) -> None:
        self.permits, self.limits = permits, given or limits()
        self.queue = RunQueue(self.limits.tasks_at_once or permits.count, per_visitor=1)
        self.book = TaskBook(self.limits.forget_s)
        self._tasks: list[Task] = []
        self._lock = Lock()

    def start(
        self,
        work: Callable[[Task], object],
        visitor: Visitor = NOBODY,
        is_open: Callable[[], bool] = lambda: True,
        page: str = "",
    ) -> Task:
        """Start a task, or put it in the queue; raises ``TaskRefusedError`` when there are too many."""
        with self._lock:
            self._check_room(visitor)
            task = Task(work, self, visitor, is_open, page)
            self.queue.enter(task, visitor)
            self._tasks.append(task)
        task.start()
        return task

    @property
    def tasks(self) -> list[Task]:
        """All that have not ended, oldest first."""
        with self._lock:
            return list(self._tasks)

    def leave(self, task: Task) -> None:
        """Take an ended task out."""
        self.queue.leave(task)
        with self._lock:
            self._tasks = [other for other in self._tasks if other is not task]

    def cancel_all(self, wait_s: float = 1.0) -> None:
        """End all tasks; called when the server stops."""
        ending = self.tasks
        for task in ending:
            task.cancel()
        until = time.monotonic() + wait_s
        for task in ending:
            task.join(max(0.0, until - time.monotonic()))

    def _check_room(self, visitor: Visitor) -> None:
        total, mine, near = self.queue.counts(visitor)
        for reason, found, limit in (
            ("visitor", mine, self.limits.tasks_per_visitor),
            ("address", near, self.limits.tasks_per_address),
            ("all", total, self.limits.tasks),
        ):
            if found >= limit:
                raise TaskRefusedError(reason, limit)
