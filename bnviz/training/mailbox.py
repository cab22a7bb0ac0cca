"""Mailbox: what other threads want done, done by the owner between two of its own steps."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Condition, Event


class Mailbox:
    """Letters are calls; the owner reads them when it likes, and can sleep until there is one.

    Args:
        stop: also ends the sleep, once ``wake`` is called.
    """

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._letters: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._changed = Condition()

    def post(self, letter: Callable[[], None]) -> None:
        """Leave a letter, from any thread."""
        self._letters.put(letter)
        self.wake()

    def wake(self) -> None:
        """Let a sleeping owner look around."""
        with self._changed:
            self._changed.notify_all()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read."""
        return self._letters.empty()

    def read(self) -> None:
        """Do what all letters say, in the order they came."""
        while True:
            try:
                letter = self._letters.get_nowait()
            except Empty:
                return
            letter()

    def sleep(self, timeout_s: float | None) -> None:
        """Wait for a letter, the stop, or the end of the time."""
        with self._changed:
            self._changed.wait_for(lambda: self._stop.is_set() or not self.empty, timeout_s)
