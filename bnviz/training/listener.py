"""RunListener: whoever wants to hear of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bnviz.telemetry.records import Frame

if TYPE_CHECKING:
    from bnviz.training.run import Run


class RunListener(Protocol):
    """Called from the run's threads, one call at a time each, so every method must be quick."""

    def began(self, run: Run) -> None:
        """The arms are built: the history exists and holds step 0."""

    def framed(self, run: Run, frame: Frame) -> None:
        """A frame was captured and kept; called from the reducer's thread."""

    def changed(self, run: Run) -> None:
        """The run's state changed."""
