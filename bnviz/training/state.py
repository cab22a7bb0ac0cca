"""The published state of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from torch import Tensor

from bnviz.config import RunConfig
from bnviz.training.trajectory import WeightPath


class Status(StrEnum):
    """What a run is doing; the values are those of the live path's STATUS message."""

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
    """Which arm stopped being finite, first where, and at which step."""

    arm: int
    layer: str
    step: int


@dataclass(frozen=True, slots=True)
class RunState:
    """A run at one moment.

    Attributes:
        status: what the run is doing.
        step: updates made.
        steps_per_s: over the last second or so.
        capture_share: share of the computing time spent on observing, 0..1.
        queue_position: 1 is next; None when not queued.
        message: key of a sentence that gives the reason of the status, or None.
        detail: what that sentence is about, or None.
        diverged: arms that have ended early.
        weights_hashes: per arm, of the shared initial weights.
        batches_hashes: per arm, of all batches so far.
        speed: largest number of steps a second; 0 is as fast as it goes.
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


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """Copies taken between two steps, for analysis beside the run.

    Attributes:
        step: updates made.
        configs: recipe of every arm.
        states: its parameters and buffers, copied to the CPU.
        paths: where its weights have been.
    """

    step: int
    configs: tuple[RunConfig, ...]
    states: tuple[dict[str, Tensor], ...]
    paths: tuple[WeightPath, ...]
