"""Tasks: long computations of a page (a chapter's run, a claim's test, a map), one queue for all of a process.

A task has a thread of its own. It waits until fewer than ``tasks_at_once`` compute, then computes in slices under the
permits that the live runs compute under too, so that each visitor gets the same share of the machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from threading import Event, Lock, Thread

from bnviz.config import InputError
from bnviz.config.limits import Limits, limits
from bnviz.config.visitor import NOBODY, Visitor
from bnviz.training.pace import Pace, Stopped, pause_point
from bnviz.training.permits import CorePermits
from bnviz.training.run_queue import RunQueue

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
CANCELLED, TIME_LIMIT, UNSEEN = "cancelled", "time_limit", "unseen"

LOOKS_EVERY_S = 0.2
"""So often a task that waits in the queue looks whether its page is still open."""

_numbers = count(1)


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


class Task:
    """A computation in a thread of its own, which ends with it, on ``cancel``, at a limit or without its page.

    Args:
        work: what to compute; it calls ``pause_point`` or ``report`` now and then.
        tasks: the queue that it is in.
        visitor: whom it is for.
        is_open: whether the page that shows it may still be open.

    Attributes:
        state: QUEUED, RUNNING, DONE, FAILED, CANCELLED, TIME_LIMIT or UNSEEN.
        result: what ``work`` returned.
        error: what it raised.
    """

    def __init__(
        self,
        work: Callable[[Task], object],
        tasks: TaskQueue,
        visitor: Visitor = NOBODY,
        is_open: Callable[[], bool] = lambda: True,
    ) -> None:
        self.number = next(_numbers)
        self.state, self.result, self.error = QUEUED, None, None  # type: str, object, Exception | None
        self.visitor = visitor
        self._work, self._tasks, self._is_open = work, tasks, is_open
        self._permits = tasks.permits.of(visitor.account or f"task {self.number}")
        self._stop, self._ends_as = Event(), CANCELLED
        self._last_seen = self._last_open = time.monotonic()
        self._started = 0.0
        self._done = self._total = 0
        self._pace = Pace(self._permits, self._stop, self._look)
        self._thread = Thread(target=self._run, name=f"bnviz-task-{self.number}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.state in (QUEUED, RUNNING)

    @property
    def position(self) -> int:
        """Its place in the queue: 0 while it computes, 1 is next."""
        return max(0, self._tasks.queue.position(self)) if self.state == QUEUED else 0

    @property
    def share(self) -> float:
        """The fraction that is done, 0..1, as far as it was reported."""
        return min(1.0, self._done / self._total) if self._total else 0.0

    @property
    def failure(self) -> str:
        """What its computation raised, as a sentence; the kind of error stands before that of a mistake of ours."""
        error = self.error
        if error is None or isinstance(error, InputError):
            return "" if error is None else str(error)
        return f"{type(error).__name__}: {error}"

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at the speed so far; None before the first report."""
        if not (self._done and self._started):
            return None
        return (time.monotonic() - self._started) / self._done * max(0, self._total - self._done)

    def report(self, done: int, total: int) -> None:
        """Note the progress, from within the computation, and pause if the slice is over."""
        self._done, self._total = done, total
        pause_point()

    def keep_alive(self) -> None:
        """Note that its page shows it."""
        self._last_seen = time.monotonic()

    def cancel(self) -> None:
        """Stop it soon; safe to call twice."""
        self._end(CANCELLED)

    def join(self, timeout_s: float) -> bool:
        """Wait for the end, at most ``timeout_s`` seconds; return whether it has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _end(self, state: str) -> None:
        if not self._stop.is_set():
            self._ends_as = state
            self._stop.set()
            self._permits.wake()

    def _look(self) -> None:
        """End it at a limit; called between two slices and while it waits."""
        given, now = self._tasks.limits, time.monotonic()
        if self._is_open():
            self._last_open = now
        if self._pace.busy_s > given.task_s:
            self._end(TIME_LIMIT)
        elif now - self._last_open > given.closed_task_s or now - self._last_seen > given.unseen_task_s:
            self._end(UNSEEN)

    def _run(self) -> None:
        state = FAILED
        try:
            while not self._tasks.queue.wait_turn(self, LOOKS_EVERY_S):
                self._look()
                if self._stop.is_set():
                    raise Stopped
            with self._pace:
                self.state, self._started = RUNNING, time.monotonic()
                self.result = self._work(self)
            state = DONE
        except Stopped:
            state = self._ends_as
        except Exception as error:
            self.error = error
        finally:
            self._tasks.leave(self)
            self.state = state


class TaskQueue:
    """All tasks of a process.

    Args:
        permits: what they compute under.
        given: the limits; by default those of the process.

    Attributes:
        permits: the same.
        limits: the same.
        queue: the places.
    """

    def __init__(self, permits: CorePermits, given: Limits | None = None) -> None:
        self.permits, self.limits = permits, given or limits()
        self.queue = RunQueue(self.limits.tasks_at_once or permits.count, per_visitor=1)
        self._tasks: list[Task] = []
        self._lock = Lock()

    def start(
        self, work: Callable[[Task], object], visitor: Visitor = NOBODY, is_open: Callable[[], bool] = lambda: True
    ) -> Task:
        """Start a task, or put it in the queue; raises ``TaskRefusedError`` when there are too many."""
        with self._lock:
            self._check_room(visitor)
            task = Task(work, self, visitor, is_open)
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
