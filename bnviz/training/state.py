"""The published state of a run, and the callbacks that it is published to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from torch import Tensor

from bnviz.config import RunConfig
from bnviz.telemetry.records import Frame
from bnviz.training.engines.step_engine import Refusal
from bnviz.training.trajectory import WeightPath


class Status(StrEnum):
    """What a run is doing; the values are those of the STATUS message on the wire."""

    IDLE = "idle"
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    DIVERGED = "diverged"
    FAILED = "failed"

    @property
    def is_ended(self) -> bool:
        """Whether the run cannot resume."""
        return self in (Status.DONE, Status.DIVERGED, Status.FAILED)

    @property
    def is_training(self) -> bool:
        """Whether the run trains or waits for its turn to train."""
        return self in (Status.RUNNING, Status.QUEUED)


@dataclass(frozen=True, slots=True)
class Divergence:
    """An arm whose numbers stopped being finite: the arm, the first such layer, and the step."""

    arm: int
    layer: str
    step: int


@dataclass(frozen=True, slots=True)
class RunState:
    """A run at one moment.

    Attributes:
        status: what the run is doing.
        step: number of updates so far.
        steps_per_s: rate since the state was published before.
        capture_share: share of the computing time that observation takes, 0..1.
        queue_position: position in the queue of runs, 1 is next; None when not queued.
        message: key of a sentence with the reason for the status, or None.
        detail: detail that the sentence mentions, or None.
        diverged: arms that have diverged.
        weights_hashes: hash of the shared initial weights of each arm.
        batches_hashes: hash of all batches so far of each arm.
        speed: most steps per second; 0 means no limit.
        engines: name of what computes the steps of each arm, and why a GPU does not replay them, or None.
    """

    status: Status
    step: int = 0
    steps_per_s: float = 0.0
    capture_share: float = 0.0
    queue_position: int | None = None
    message: str | None = None
    detail: str | None = None
    diverged: tuple[Divergence, ...] = ()
    weights_hashes: tuple[str, ...] = ()
    batches_hashes: tuple[str, ...] = ()
    speed: float = 0.0
    engines: tuple[tuple[str, Refusal | None], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """Copies that were taken between two steps, for analysis in another thread.

    Attributes:
        step: number of updates so far.
        configs: recipe of each arm.
        states: parameters and buffers of each arm, copied to the CPU.
        paths: path of the weights of each arm.
    """

    step: int
    configs: tuple[RunConfig, ...]
    states: tuple[dict[str, Tensor], ...]
    paths: tuple[WeightPath, ...]


class RunListener(Protocol):
    """Called from the threads of a run, never two calls of one method at a time; every method must be quick.

    ``number`` is ``Run.number``, by which a listener of several runs tells them apart.
    """

    def on_start(self, number: int) -> None:
        """Called after the arms are built: the history exists and holds step 0."""

    def on_frame(self, number: int, frame: Frame) -> None:
        """Called after a frame was added to the history, from the thread that reduced it."""

    def on_state_change(self, number: int, state: RunState) -> None:
        """Called after the state of the run changed."""
