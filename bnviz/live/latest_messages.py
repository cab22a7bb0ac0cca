"""LatestMessages: only the newest message of each kind, for viewers of any speed, so that no queue grows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock


class Wakeup:
    """Wakes one coroutine from any thread; at most one wake-up is pending."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._event = asyncio.Event()
        self._armed = False

    def wake(self) -> None:
        """Make ``wait`` return; callable from any thread, and cheap if a wake-up is pending."""
        if self._armed:
            return
        self._armed = True
        try:
            self._loop.call_soon_threadsafe(self._event.set)
        except RuntimeError:  # the loop is closed: the viewer is gone
            self._armed = False

    async def wait(self) -> None:
        """Wait until ``wake`` is called."""
        await self._event.wait()
        self._event.clear()
        self._armed = False


@dataclass(slots=True)
class Cursor:
    """What one viewer has received: the backlog of a generation up to a number, and later messages by kind."""

    generation: int = -1
    seq: int = -1
    sent: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class LatestMessages:
    """The newest message of each kind.

    A new source (another run, a recording) begins a new generation: viewers of an earlier one need the whole backlog
    first.
    """

    generation: int = 0
    _seq: int = 0
    _newest: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    _wakeups: set[Wakeup] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _building: Lock = field(default_factory=Lock)

    def publish(self, kind: int, build: Callable[[int], bytes], generation: int | None = None) -> None:
        """Replace the newest message of a kind; ``build`` gets its sequence number.

        Args:
            kind: of the message.
            build: returns the message.
            generation: of the source that it is of; it is dropped if another has begun meanwhile.
        """
        # Messages of a kind must be published in the order in which their state was read, so one is built at a time.
        with self._building:
            seq = self._seq + 1
            message = build(seq)
            with self._lock:
                if generation not in (None, self.generation):
                    return
                self._seq = seq
                self._newest[kind] = (seq, message)
                wakeups = tuple(self._wakeups)
        for wakeup in wakeups:
            wakeup.wake()

    def begin_generation(self) -> None:
        """Forget all messages, because the source changes."""
        with self._lock:
            self.generation += 1
            self._newest.clear()
            wakeups = tuple(self._wakeups)
        for wakeup in wakeups:
            wakeup.wake()

    def catch_up(self, cursor: Cursor) -> bool:
        """Move a cursor of an earlier generation to the present; returns whether its viewer needs the backlog."""
        with self._lock:
            stale = cursor.generation != self.generation
            if stale:
                cursor.generation, cursor.seq = self.generation, self._seq
                cursor.sent.clear()
            return stale

    def newer(self, cursor: Cursor) -> list[bytes]:
        """Return the messages that a viewer has not received, oldest first, and move its cursor."""
        with self._lock:
            # Per kind: a message that takes long to build may be published after one with a later number.
            unsent = sorted(
                (seq, kind, message)
                for kind, (seq, message) in self._newest.items()
                if seq > cursor.sent.get(kind, cursor.seq)
            )
        cursor.sent.update((kind, seq) for seq, kind, _ in unsent)
        return [message for _, _, message in unsent]

    def subscribe(self, wakeup: Wakeup) -> None:
        """Wake a viewer at every new message."""
        with self._lock:
            self._wakeups.add(wakeup)

    def unsubscribe(self, wakeup: Wakeup) -> None:
        """Stop waking a viewer, if it is subscribed."""
        with self._lock:
            self._wakeups.discard(wakeup)

    @property
    def viewers(self) -> int:
        """Number of subscribed viewers."""
        return len(self._wakeups)
