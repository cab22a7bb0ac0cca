"""FrameReducer: reduces snapshots to frames, in the training thread or in another one."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Protocol

from bnviz.telemetry.records import Frame


class FrameReducer(Protocol):
    """Reduces the snapshots of one trainer to frames."""

    @property
    def idle(self) -> bool:
        """Whether the last snapshot is reduced, so that the next one may be taken."""

    @property
    def offloaded_cost_s(self) -> float:
        """Seconds that the last frame took in another thread while another run waited for a core."""

    def submit(self, reduce: Callable[[], Frame], short: bool = False) -> Frame | None:
        """Start the reduction of a snapshot; returns the frame if it was reduced at once.

        Args:
            reduce: returns the frame; callable from any thread.
            short: whether the run's kernels are short, see ``Trainer``.
        """

    def join(self) -> None:
        """Wait until the last snapshot is reduced; raises the error of its reduction, if any."""


class InlineReducer:
    """Reduces in the calling thread."""

    idle = True
    offloaded_cost_s = 0.0

    def submit(self, reduce: Callable[[], Frame], short: bool = False) -> Frame | None:
        """Reduce now and return the frame."""
        return reduce()

    def join(self) -> None:
        """Return at once: nothing is pending."""


class ReducerThread:
    """A thread named ``bnviz-reduce_0``, started when first needed; jobs run in the order of their arrival.

    ``ThreadedReducer`` submits one job at a time, so the queue is never longer than the number of runs.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def submit(self, job: Callable[[], None]) -> Future[None]:
        """Run a job in the thread; the future raises its exception, if any."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="bnviz-reduce")
            return self._pool.submit(job)

    def close(self) -> None:
        """End the thread after its pending jobs; a later job starts a new one."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)


class ThreadedReducer:
    """Reduces the snapshots of one run in a shared thread and passes on each frame.

    Args:
        thread: shared by all runs; None reduces in the calling thread.
        on_frame: called with each frame, in the thread that reduced it.
        contended: returns whether another run waits for a core; only then is the offloaded time a cost.
    """

    def __init__(
        self, thread: ReducerThread | None, on_frame: Callable[[Frame], None], contended: Callable[[], bool]
    ) -> None:
        self._thread = thread
        self._on_frame = on_frame
        self._contended = contended
        self._pending: Future[None] | None = None
        self._cost_s = 0.0

    @property
    def idle(self) -> bool:
        """Whether the last snapshot is reduced, so that the next one may be taken."""
        return self._pending is None or self._pending.done()

    @property
    def offloaded_cost_s(self) -> float:
        """Seconds that the last frame took in the shared thread, if another run was waiting for a core."""
        return self._cost_s if self._contended() else 0.0

    def submit(self, reduce: Callable[[], Frame], short: bool = False) -> Frame | None:
        """Start the reduction of a snapshot; ``on_frame`` gets its frame.

        Where other runs wait for a core, the shared thread has none to itself. One with short kernels then reduces in
        its own thread: two threads would hand Python's lock to and fro.
        """
        self.join()
        if self._thread is None or (short and self._contended()):
            self._cost_s = 0.0
            self._on_frame(reduce())
        else:
            self._pending = self._thread.submit(lambda: self._reduce(reduce))
        return None

    def join(self) -> None:
        """Wait until the last snapshot is reduced; raises the error of its reduction, if any."""
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def _reduce(self, reduce: Callable[[], Frame]) -> None:
        started = time.thread_time()
        self._on_frame(reduce())
        self._cost_s = time.thread_time() - started
