"""Task: a long computation of a page in a thread of its own, in slices under the permits of all."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from threading import Event, Thread
from typing import Protocol

from bnviz.config import InputError
from bnviz.config.limits import Limits
from bnviz.config.visitor import NOBODY, Visitor
from bnviz.training.pace import Pace, Stopped, pause_point
from bnviz.training.permits import CorePermits
from bnviz.training.run_queue import RunQueue
from bnviz.training.task_progress import TaskProgress

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
CANCELLED, TIME_LIMIT, UNSEEN = "cancelled", "time_limit", "unseen"

LOOKS_EVERY_S = 0.2
"""So often a task that waits in the queue looks whether its page is still open."""
_MOST_VIEWERS = 16

_numbers = count(1)


class Queue(Protocol):
    """What a task needs of the queue that it is in."""

    permits: CorePermits
    limits: Limits
    queue: RunQueue

    def leave(self, task: Task) -> None:
        """Take an ended task out."""


class Task:
    """A computation in a thread of its own, which ends with it, on ``cancel``, at a limit or without its pages.

    It belongs to its visitor: a page that is reloaded, or opened in another tab, shows the same one (``TaskBook``).

    Args:
        work: what to compute; it calls ``pause_point`` or ``report`` now and then.
        tasks: the queue that it is in.
        visitor: whom it is for.
        is_open: whether the page that starts it may still be open.
        page: the name of that page; see ``watch``.

    Attributes:
        state: QUEUED, RUNNING, DONE, FAILED, CANCELLED, TIME_LIMIT or UNSEEN.
        result: what ``work`` returned.
        error: what it raised.
        progress: how far it is.
    """

    def __init__(
        self,
        work: Callable[[Task], object],
        tasks: Queue,
        visitor: Visitor = NOBODY,
        is_open: Callable[[], bool] = lambda: True,
        page: str = "",
    ) -> None:
        self.number = next(_numbers)
        self.state, self.result, self.error = QUEUED, None, None  # type: str, object, Exception | None
        self.visitor = visitor
        self._work, self._tasks, self._viewers = work, tasks, {page: is_open}
        self._permits = tasks.permits.of(visitor.account or f"task {self.number}")
        self._stop, self._ends_as = Event(), CANCELLED
        self._last_seen = self._last_open = time.monotonic()
        self._pace = pace = Pace(self._permits, self._stop, self._look)
        self.progress = TaskProgress(lambda: pace.points, lambda: pace.busy_s)
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
        """The fraction that is done, 0..1."""
        return self.progress.share

    @property
    def failure(self) -> str:
        """What its computation raised, as a sentence; the kind of error stands before that of a mistake of ours."""
        error = self.error
        if error is None or isinstance(error, InputError):
            return "" if error is None else str(error)
        return f"{type(error).__name__}: {error}"

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at the present speed; None as long as that cannot be known."""
        return self.progress.seconds_left

    def report(self, done: int, total: int) -> None:
        """Note the progress, from within the computation, and pause if the slice is over."""
        self.progress.report(done, total)
        pause_point()

    def watch(self, page: str, is_open: Callable[[], bool]) -> None:
        """Note that a page shows it now.

        Args:
            page: a name of the page; the same one replaces what was noted of it.
            is_open: whether the page may still be open.
        """
        viewers = {**self._viewers, page: is_open}
        if len(viewers) > _MOST_VIEWERS:
            viewers = {name: each for name, each in viewers.items() if name == page or each()}
        self._viewers = viewers
        self.keep_alive()

    def is_watched_elsewhere(self, page: str) -> bool:
        """Return whether another page than this one shows it."""
        return any(is_open() for name, is_open in self._viewers.items() if name != page)

    def keep_alive(self) -> None:
        """Note that a page shows it."""
        self._last_seen = time.monotonic()

    def away_s(self) -> float:
        """Return for how many seconds none of its pages has been open, as far as it was asked for in between."""
        now = time.monotonic()
        if any(is_open() for is_open in self._viewers.values()):
            self._last_open = now
        return now - self._last_open

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
        given, unseen_s = self._tasks.limits, time.monotonic() - self._last_seen
        self.progress.sample()
        if self._pace.busy_s > given.task_s:
            self._end(TIME_LIMIT)
        elif self.away_s() > given.closed_task_s or unseen_s > given.unseen_task_s:
            self._end(UNSEEN)

    def _run(self) -> None:
        state = FAILED
        try:
            while not self._tasks.queue.wait_turn(self, LOOKS_EVERY_S):
                self._look()
                if self._stop.is_set():
                    raise Stopped
            with self._pace:
                self.state = RUNNING
                self.progress.start()
                self.result = self._work(self)
            state = DONE
        except Stopped:
            state = self._ends_as
        except Exception as error:
            self.error = error
        finally:
            self._tasks.leave(self)
            self.state = state
