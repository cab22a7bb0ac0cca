"""FrameReducer: reduces snapshots to frames, in the training thread, in another one, or in another process."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from threading import Lock
from typing import Protocol

from bnviz.telemetry.records import ArmRecord, Frame
from bnviz.telemetry.snapshot_writer import Slot, SnapshotWriter
from bnviz.training.loop import Snapshot
from bnviz.training.permits import CorePermits
from bnviz.training.reducer_process import ReducerProcess

Keep = Callable[[Frame], None]
"""Keeps a frame, in the thread that made it."""


class FrameReducer(Protocol):
    """Reduces the snapshots of one trainer to frames."""

    @property
    def idle(self) -> bool:
        """Whether the last snapshot is reduced, so that the next one may be taken."""

    @property
    def offloaded_cost_s(self) -> float:
        """Seconds that the last frame took elsewhere, of a core that another run waited for."""

    def submit(self, snapshot: Snapshot, keep: Keep, short: bool = False) -> Frame | None:
        """Start the reduction of a snapshot; returns the frame if it was reduced at once.

        Args:
            snapshot: what to reduce.
            keep: gets the frame.
            short: whether the run's kernels are short, see ``Trainer``.
        """

    def join(self) -> None:
        """Wait until the last snapshot is reduced; raises the error of its reduction, if any."""


class InlineReducer:
    """Reduces in the calling thread."""

    idle = True
    offloaded_cost_s = 0.0

    def submit(self, snapshot: Snapshot, keep: Keep, short: bool = False) -> Frame | None:
        """Reduce now and return the frame."""
        frame = snapshot.frame()
        keep(frame)
        return frame

    def join(self) -> None:
        """Return at once: nothing is pending."""


class Way(StrEnum):
    """Where a snapshot is reduced."""

    PROCESS = "process"
    THREAD = "thread"
    OWN = "own"


def way_of(takes_it: bool, short: bool, contended: bool) -> Way:
    """Return where a snapshot is reduced: in the process wherever that is possible.

    Without it, the shared thread does so. But where other runs wait for a core, it has none to itself, and a run with
    short kernels reduces in its own thread: two threads would hand Python's lock to and fro.

    Args:
        takes_it: whether the process runs and takes this snapshot.
        short: whether the run's kernels are short, see ``Trainer``.
        contended: whether another thread waits for a core.
    """
    if takes_it:
        return Way.PROCESS
    return Way.OWN if short and contended else Way.THREAD


class SharedReducers:
    """What reduces the snapshots of all runs: a process, if there is one, and the thread ``bnviz-reduce_0``.

    Jobs of the thread run in the order of their arrival. A run submits one at a time, so the queue is never longer than
    the number of runs.

    Args:
        process: the process; None for none.

    Attributes:
        process: the same.
    """

    def __init__(self, process: ReducerProcess | None = None) -> None:
        self.process = process
        self._pool: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def run(self, job: Callable[[], None]) -> None:
        """Run a job in the thread; it must raise nothing."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="bnviz-reduce")
            self._pool.submit(job)

    def close(self) -> None:
        """End the process, then the thread after its pending jobs; a later job starts a new thread."""
        if self.process is not None:
            self.process.close()
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)


class RunReducer:
    """Reduces the snapshots of one run, where ``way_of`` says, and passes on each frame.

    Args:
        shared: what all runs share; None reduces in the calling thread.
        on_frame: called with each frame, in the thread that made or received it.
        permits: what the run computes under.
    """

    def __init__(self, shared: SharedReducers | None, on_frame: Keep, permits: CorePermits) -> None:
        self._shared = shared
        self._on_frame = on_frame
        self._permits = permits
        self._pending: Future[None] | None = None
        self._cost_s = 0.0
        self._way = Way.OWN
        self._writer = SnapshotWriter()

    @property
    def idle(self) -> bool:
        """Whether the last snapshot is reduced, so that the next one may be taken."""
        return self._pending is None or self._pending.done()

    @property
    def offloaded_cost_s(self) -> float:
        """Seconds that the last frame took elsewhere, if another run was waiting for that core.

        Beside a run whose kernels are short, others of that kind wait though no run has the other core: the process
        and the surfaces have it.
        """
        needs_core = self._way == Way.THREAD or (self._way == Way.PROCESS and not self._permits.n_without_run)
        return self._cost_s if needs_core and self._permits.contended else 0.0

    def submit(self, snapshot: Snapshot, keep: Keep, short: bool = False) -> Frame | None:
        """Start the reduction of a snapshot; ``keep`` and ``on_frame`` get its frame."""
        self.join()
        pending: Future[None] = Future()
        shared, process = self._shared, self._process
        if shared is None:
            self._way = Way.OWN
        elif process is not None and not snapshot.arriving.are_here:
            self._way, self._pending = Way.PROCESS, pending
            shared.run(lambda: self._pass_on(process, snapshot, keep, pending))
            return None
        else:
            is_taken = process is not None and self._handed_over(process, snapshot, keep, pending)
            self._way = way_of(is_taken, short, self._permits.contended)
        if self._way == Way.OWN:
            self._cost_s = 0.0
            self._finish(snapshot.frame(), keep)
            return None
        self._pending = pending
        if self._way == Way.THREAD and shared is not None:
            shared.run(lambda: self._reduce(snapshot, keep, pending))
        return None

    def join(self) -> None:
        """Wait until the last snapshot is reduced; raises the error of its reduction, if any."""
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    @property
    def _process(self) -> ReducerProcess | None:
        """The process, if it takes snapshots now."""
        process = None if self._shared is None else self._shared.process
        return process if process is not None and process.ready() else None

    def _pass_on(self, process: ReducerProcess, snapshot: Snapshot, keep: Keep, pending: Future[None]) -> None:
        """Wait for what is on its way from a GPU, then hand it over: in the thread, while the run continues."""
        try:
            is_taken = self._handed_over(process, snapshot, keep, pending)
        except Exception as error:  # a device that failed
            pending.set_exception(error)
            return
        if not is_taken:
            self._reduce(snapshot, keep, pending)

    def _handed_over(self, process: ReducerProcess, snapshot: Snapshot, keep: Keep, pending: Future[None]) -> bool:
        """Return whether the process took the snapshot, once it has arrived."""
        observations = snapshot.arriving.wait()
        if not observations:
            return False

        def write(slot: Slot) -> None:
            self._writer.write(observations, slot)

        def done(records: list[ArmRecord] | None, seconds: float) -> None:
            if records is None:  # the process failed
                self._reduce(snapshot, keep, pending)
                return
            self._cost_s = seconds
            _settle(pending, lambda: self._finish(snapshot.with_records(records), keep))

        return process.submit(write, done)

    def _reduce(self, snapshot: Snapshot, keep: Keep, pending: Future[None]) -> None:
        started = time.thread_time()
        _settle(pending, lambda: self._finish(snapshot.frame(), keep))
        self._cost_s = time.thread_time() - started

    def _finish(self, frame: Frame, keep: Keep) -> None:
        keep(frame)
        self._on_frame(frame)


def _settle(pending: Future[None], act: Callable[[], None]) -> None:
    """Act, and end what is pending with the outcome."""
    try:
        act()
    except BaseException as error:
        pending.set_exception(error)
    else:
        pending.set_result(None)
