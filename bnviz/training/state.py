"""What a run says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from bnviz.config import RunConfig
from bnviz.training.path import WeightPath

IDLE, QUEUED, RUNNING, PAUSED = "idle", "queued", "running", "paused"
DONE, DIVERGED, FAILED = "done", "diverged", "failed"
ENDED = (DONE, DIVERGED, FAILED)


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
        status: idle, queued, running, paused, done, diverged or failed.
        step: updates made.
        steps_per_s: over the last second or so.
        capture_share: share of the computing time spent on observing, 0..1.
        queue_place: 1 is next; None when not queued.
        message: key of a sentence about why it stands where it stands, or None.
        detail: what that sentence is about, or None.
        diverged: arms that have ended early.
        weights_hashes: per arm, of the shared initial weights.
        batches_hashes: per arm, of all batches so far.
        speed: largest number of steps a second; 0 is as fast as it goes.
    """

    status: str
    step: int = 0
    steps_per_s: float = 0.0
    capture_share: float = 0.0
    queue_place: int | None = None
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
