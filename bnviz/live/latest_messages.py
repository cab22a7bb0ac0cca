"""LatestMessages: the newest message of each kind, for viewers of any speed. No queue that could grow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock


class Wakeup:
    """Wakes one coroutine from any thread, with at most one wake-up under way."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._event = asyncio.Event()
        self._armed = False

    def wake(self) -> None:
        """Let ``wait`` return; callable from any thread, cheap when a wake-up is pending already."""
        if self._armed:
            return
        self._armed = True
        try:
            self._loop.call_soon_threadsafe(self._event.set)
        except RuntimeError:  # the loop is closed: the viewer is gone, and nobody waits
            self._armed = False

    async def wait(self) -> None:
        """Wait until somebody calls ``wake``."""
        await self._event.wait()
        self._event.clear()
        self._armed = False


@dataclass(slots=True)
class Cursor:
    """What one viewer has been sent: a generation's backlog up to a number, and what came since, by kind."""

    generation: int = -1
    seq: int = -1
    sent: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class LatestMessages:
    """Newest message per kind.

    A new source (another run, a recording) begins a new generation: viewers of an older one first need the
    whole backlog.
    """

    generation: int = 0
    _seq: int = 0
    _newest: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    _wakers: set[Wakeup] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _building: Lock = field(default_factory=Lock)

    def publish(self, kind: int, build: Callable[[int], bytes]) -> None:
        """Replace the newest message of a kind; ``build`` gets the sequence number it shall carry."""
        # Built one after another: of two states of one kind, the later one must also be the last to come in.
        with self._building:
            seq = self._seq + 1
            message = build(seq)
            with self._lock:
                self._seq = seq
                self._newest[kind] = (seq, message)
                wakers = tuple(self._wakers)
        for waker in wakers:
            waker.wake()

    def begin_generation(self) -> None:
        """Forget all messages: a new source takes over."""
        with self._lock:
            self.generation += 1
            self._newest.clear()
            wakers = tuple(self._wakers)
        for waker in wakers:
            waker.wake()

    def catch_up(self, cursor: Cursor) -> bool:
        """Point a cursor at now; returns whether its viewer needs the whole backlog of a new source."""
        with self._lock:
            stale = cursor.generation != self.generation
            if stale:
                cursor.generation, cursor.seq = self.generation, self._seq
                cursor.sent.clear()
            return stale

    def newer(self, cursor: Cursor) -> list[bytes]:
        """Return what a viewer has not been sent yet, oldest first, and move its cursor."""
        with self._lock:
            # Per kind: a message that took long to build may come in after one with a later number.
            fresh = sorted(
                (seq, kind, message)
                for kind, (seq, message) in self._newest.items()
                if seq > cursor.sent.get(kind, cursor.seq)
            )
        cursor.sent.update((kind, seq) for seq, kind, _ in fresh)
        return [message for _, _, message in fresh]

    def subscribe(self, waker: Wakeup) -> None:
        """Wake this waker at every new message."""
        with self._lock:
            self._wakers.add(waker)

    def unsubscribe(self, waker: Wakeup) -> None:
        """Stop waking it; unknown wakers are fine."""
        with self._lock:
            self._wakers.discard(waker)

    @property
    def viewers(self) -> int:
        """How many are subscribed."""
        return len(self._wakers)
