"""ReducerProcess: a process beside the server that reduces snapshots, so that no thread hands Python's lock to and fro.

Measured with five hidden layers of 100 units on two cores: a second thread slows training by 6 to 15 %.
"""

from __future__ import annotations

import logging
import mmap
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import IO

import numpy as np

from bnviz.telemetry.records import ArmRecord
from bnviz.telemetry.reducer_memory import SLOT_BYTES, SLOTS, DoesNotFitError, read_records, slot_of
from bnviz.telemetry.snapshot_writer import Slot
from bnviz.training.reducer_program import REPLY, REQUEST, STARTED

log = logging.getLogger(__name__)

Write = Callable[[Slot], None]
"""Writes a snapshot into a slot; raises DoesNotFitError."""
Done = Callable[[list[ArmRecord] | None, float], None]
"""Gets the numbers of all arms and the seconds that they took; None if the process failed."""

PROGRAM = (sys.executable, "-m", "bnviz.training.reducer_program")
START_S = 30.0
"""The program imports NumPy and little else: 0.2 s where a core is free."""
HANG_S = 5.0
"""A snapshot takes 3 ms; after so long the process is ended."""
IDLE_S = 60.0
"""A process without work ends, and gives back its 35 MB."""
MOST_STARTS = 4
"""After so many that failed, frames are made without it."""
AGAIN_S = 5.0
"""Seconds from a failure to the next start."""

_ROOT = Path(__file__).resolve().parents[2]
_LOOKS_S = 1.0
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_KEEPS_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20)}
"""The C library (glibc) keeps what is free: asked for again, it cost up to 480 page faults a frame, 1.8 of its 5 ms."""


class _FailedError(Exception):
    """The process ended, hangs or never started."""


@dataclass(slots=True)
class _Job:
    done: Done
    submitted: float


@dataclass(slots=True)
class _Child:
    """A process and its memory, from start to end."""

    process: subprocess.Popen[bytes]
    slots: list[Slot]
    free: list[int] = field(default_factory=lambda: list(range(SLOTS))[::-1])
    jobs: dict[int, _Job] = field(default_factory=dict)

    @property
    def requests(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def replies(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout


class ReducerProcess:
    """A process that all runs share, and the thread ``bnviz-reducer`` that starts it and waits for it.

    It starts in the background, when it is first asked for, and ends when it has had nothing to do for a while. All
    that it has not answered when it fails is handed back.

    Args:
        program: the command.
        hang_s: seconds without an answer after which it is ended.
        idle_s: seconds without work after which it ends.
        again_s: seconds from a failure to the next start.
    """

    def __init__(
        self, program: Sequence[str] = PROGRAM, hang_s: float = HANG_S, idle_s: float = IDLE_S, again_s: float = AGAIN_S
    ) -> None:
        self._program = tuple(program)
        self._hang_s, self._idle_s, self._again_s = hang_s, idle_s, again_s
        self._lock = Lock()
        self._child: _Child | None = None
        self._thread: Thread | None = None
        self._closed = False
        self._failures = 0
        self._may_start_at = self._used_at = 0.0

    def ready(self) -> bool:
        """Return whether it takes snapshots now; if it does not run, start it, and wait for nothing."""
        if self._child is not None:
            return True
        self._start()
        return False

    @property
    def pid(self) -> int | None:
        """Number of the process, None while it does not run."""
        child = self._child
        return None if child is None else child.process.pid

    def submit(self, write: Write, done: Done) -> bool:
        """Hand over a snapshot; returns False if that is not possible now, and ``done`` is not called.

        Args:
            write: called with a slot that is free, in the calling thread.
            done: called once, in the thread of this object.
        """
        with self._lock:
            child = self._child
            if child is None or not child.free:
                return False
            number = child.free.pop()
            child.jobs[number] = _Job(done, time.monotonic())
        try:
            write(child.slots[number])
            with self._lock:
                self._used_at = time.monotonic()
                child.requests.write(REQUEST.pack(number))
        except (DoesNotFitError, OSError, ValueError):  # ValueError: it was closed
            with self._lock:
                child.free.append(number)
                return child.jobs.pop(number, None) is None  # it was handed back already
        return True

    def close(self) -> None:
        """End the process; what it has not answered is handed back."""
        with self._lock:
            self._closed = True
            child, thread = self._child, self._thread
            if child is not None:
                child.requests.close()
        if thread is not None:
            thread.join()

    def _start(self) -> None:
        with self._lock:
            is_due = time.monotonic() >= self._may_start_at and self._failures < MOST_STARTS
            if not self._closed and self._thread is None and is_due and os.name == "posix":
                self._thread = Thread(target=self._work, name="bnviz-reducer", daemon=True)
                self._thread.start()

    # -- in the thread ---------------------------------------------------------------------------------

    def _work(self) -> None:
        child, failure = None, ""
        try:
            child = self._launch()
            self._serve(child)
        except (_FailedError, OSError, ValueError) as error:
            failure = str(error) or type(error).__name__
        finally:
            with self._lock:
                self._child = None
                jobs = [] if child is None else list(child.jobs.values())
                if child is not None:
                    child.jobs.clear()
                    child.requests.close()
            if child is not None:
                _end(child.process, kill=bool(failure))
            self._note(failure)
            for job in jobs:
                job.done(None, 0.0)
            with self._lock:
                self._thread = None

    def _launch(self) -> _Child:
        """Start the program and wait for its first word."""
        with _memory() as file:
            file.truncate(SLOTS * SLOT_BYTES)
            memory = np.frombuffer(mmap.mmap(file.fileno(), SLOTS * SLOT_BYTES), np.uint8)
            path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
            process = subprocess.Popen(  # noqa: S603 - our own program
                [*self._program, str(file.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                pass_fds=(file.fileno(),),
                env=_KEEPS_MEMORY | os.environ | _ONE_THREAD | {"PYTHONPATH": path},
                start_new_session=True,
            )
        child = _Child(process, [Slot(slot_of(memory, number)) for number in range(SLOTS)])
        try:
            until = time.monotonic() + START_S
            while not _has_answer(child):
                if self._closed or time.monotonic() > until:
                    raise _FailedError("it did not start")
            if os.read(child.replies.fileno(), REPLY.size) != STARTED:
                raise _FailedError("it ended before it began")
        except BaseException:
            _end(process, kill=True)
            raise
        with self._lock:
            self._used_at = time.monotonic()
            self._child = None if self._closed else child
        return child

    def _serve(self, child: _Child) -> None:
        """Pass on answers until the process ends, hangs or is not needed."""
        while not self._closed:
            if not _has_answer(child):
                self._check(child)
                if self._retires(child):
                    return
                continue
            answer = os.read(child.replies.fileno(), REPLY.size)
            if len(answer) != REPLY.size:
                if self._closed:
                    return
                raise _FailedError("it ended")
            number, size, seconds = REPLY.unpack(answer)
            data = child.slots[number].memory[:size].tobytes()
            with self._lock:
                job = child.jobs.pop(number, None)
                child.free.append(number)
            if job is None:
                raise _FailedError("it answered what it was not asked")
            job.done(read_records(data) if size else None, seconds)

    def _check(self, child: _Child) -> None:
        with self._lock:
            first = min((job.submitted for job in child.jobs.values()), default=None)
        if first is not None and time.monotonic() - first > self._hang_s:
            raise _FailedError(f"it did not answer for {self._hang_s:g} s")

    def _retires(self, child: _Child) -> bool:
        with self._lock:
            if child.jobs or time.monotonic() - self._used_at < self._idle_s:
                return False
            self._child = None
            return True

    def _note(self, failure: str) -> None:
        if not failure or self._closed:
            return
        self._failures += 1
        self._may_start_at = time.monotonic() + self._again_s
        further = "it is started again" if self._failures < MOST_STARTS else "it is not started again"
        log.warning("the process that makes frames: %s; threads make them, and %s", failure, further)


def _memory() -> IO[bytes]:
    """Return a file without a name, in memory where the system has such files: it ends with its processes."""
    if hasattr(os, "memfd_create"):
        with suppress(OSError):
            return open(os.memfd_create("bnviz-reducer"), "r+b", buffering=0)
    return tempfile.TemporaryFile(buffering=0)


def _has_answer(child: _Child) -> bool:
    poll = select.poll()  # ``select.select`` knows no file beyond the first 1024
    poll.register(child.replies, select.POLLIN)
    return bool(poll.poll(1000 * _LOOKS_S))


def _end(process: subprocess.Popen[bytes], kill: bool) -> None:
    """Close the pipes and wait for the end; a process that stays is killed."""
    if kill:
        process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    try:
        process.wait(_LOOKS_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
