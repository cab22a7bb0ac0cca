"""CommandQueue: calls that other threads submit and the owner runs between two of its own steps."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Condition, Event


class CommandQueue:
    """Commands are functions without arguments. The owner runs them, and can sleep until there is one.

    Args:
        stop: an event that also ends the sleep, once ``wake`` is called.
    """

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._commands: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._changed = Condition()

    def submit(self, command: Callable[[], None]) -> None:
        """Add a command, from any thread."""
        self._commands.put(command)
        self.wake()

    def wake(self) -> None:
        """Make a sleeping owner check its stop event and its commands."""
        with self._changed:
            self._changed.notify_all()

    @property
    def empty(self) -> bool:
        """Whether no command is pending."""
        return self._commands.empty()

    def clear(self) -> None:
        """Forget all pending commands; only without an owner that runs them."""
        while not self.empty:
            self._commands.get_nowait()

    def run_pending(self) -> None:
        """Run all pending commands in the order of their submission."""
        while True:
            try:
                command = self._commands.get_nowait()
            except Empty:
                return
            command()

    def sleep(self, timeout_s: float | None) -> None:
        """Wait for a command, the stop event, or the end of the timeout."""
        with self._changed:
            self._changed.wait_for(lambda: self._stop.is_set() or not self.empty, timeout_s)
