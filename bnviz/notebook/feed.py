"""What a notebook's cell is sent of a history while the loop runs: the newest first of all, and never too much."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from bnviz.live import messages, wire
from bnviz.live.packing import joined, packed
from bnviz.live.session_state import recorded_state, running_state
from bnviz.telemetry.history import History
from bnviz.telemetry.run_description import RunDescription

EVERY_S = 0.2
"""Least time between two parcels."""
BYTES_PER_S = 1_000_000
"""Most that is sent in the long run: a kernel that trains cannot hear that a browser is slow."""
PARCEL_BYTES = 400_000
"""Most in one parcel while the loop runs; of more, only the newest frames are sent."""

Send = Callable[[bytes | None, bytes], None]
"""Takes the backlog, None to leave it, and what came since."""


class Feed:
    """Sends a history to a cell, from the thread of the loop, between two steps.

    A parcel has all frames since the former one, or the newest of them where they are too many. When the cell has
    ended, ``finish`` sends everything that is kept, so that nothing is missing from what can be scrubbed then.

    Args:
        history: what is shown.
        send: puts messages (each after its length) into the cell.
        clock: seconds.
    """

    def __init__(self, history: History, send: Send, clock: Callable[[], float] = time.monotonic) -> None:
        self._history, self._send, self._clock = history, send, clock
        self._lock = Lock()
        self._described: RunDescription | None = None
        self._last_step = -1
        self._due_at = clock()
        self._seen: tuple[float, int] | None = None
        self._is_live = False
        self.failure: Exception | None = None

    def changed(self) -> None:
        """Send what is new, if it is time; after a failure of the cell nothing more. Never raises."""
        if self.failure is not None or self._clock() < self._due_at or not self._lock.acquire(blocking=False):
            return
        try:
            self._due_at = self._clock() + max(EVERY_S, self._update() / BYTES_PER_S)
        except Exception as error:  # a closed comm, a lost kernel: the loop must not notice
            self.failure = error
        finally:
            self._lock.release()

    def finish(self) -> None:
        """Send all that is kept, as a recording, if anything was sent as live since. Never raises."""
        if self.failure is not None or not self._is_live:
            return
        with self._lock:
            try:
                self._send(self.everything("recorded"), b"")
                self._is_live = False
                self._due_at = self._clock()
            except Exception as error:
                self.failure = error

    def everything(self, source: str) -> bytes:
        """Return all messages of the history; ``source`` is "live" or "recorded"."""
        history = self._history
        self._described = history.description
        frames = history.frames
        self._last_step = frames[-1].step if frames else -1
        status = self._running() if source == "live" else self._recorded()
        return joined(packed(messages.backlog(history, source, status)))

    def _update(self) -> int:
        """Send the backlog where the source or its layers are new, else the news; return the bytes sent."""
        if not self._is_live or self._history.description is not self._described:
            parcel = self.everything("live")
            self._send(parcel, b"")
        else:
            parcel = self._news()
            self._send(None, parcel)
        self._is_live = True
        return len(parcel)

    def _news(self) -> bytes:
        history, room = self._history, PARCEL_BYTES
        kept = history.frames
        frames: list[bytes] = []
        for frame in reversed(kept):
            if frame.step <= self._last_step or (frames and room < 0):
                break
            frames.append(wire.encode_frame(frame, 0))
            room -= len(frames[-1])
        self._last_step = kept[-1].step if kept else -1
        return joined(packed([*reversed(frames), messages.curves(history, 0), self._running()]))

    def _running(self) -> bytes:
        """Return the status: running, at the pace since the last one."""
        now, step, pace = self._clock(), max(0, self._last_step), 0.0
        if self._seen is not None and now > self._seen[0]:
            pace = max(0.0, (step - self._seen[1]) / (now - self._seen[0]))
        self._seen = (now, step)
        return messages.status(0, running_state(step, pace), self._history, self._history.experiment)

    def _recorded(self) -> bytes:
        return messages.status(0, recorded_state(self._history), self._history, self._history.experiment)
