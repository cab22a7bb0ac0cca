"""RunListener: the callbacks of a run."""

from __future__ import annotations

from typing import Protocol

from bnviz.telemetry.records import Frame
from bnviz.training.state import RunState


class RunListener(Protocol):
    """Called from the run's threads, one call at a time each, so every method must be quick.

    ``number`` is the run's own (``Run.number``): a listener that follows several runs tells them apart by it.
    """

    def on_start(self, number: int) -> None:
        """Called after the arms are built: the history exists and holds step 0."""

    def on_frame(self, number: int, frame: Frame) -> None:
        """Called after a frame was captured and kept, from the thread that reduced it."""

    def on_state_change(self, number: int, state: RunState) -> None:
        """Called after the run's state changed."""
