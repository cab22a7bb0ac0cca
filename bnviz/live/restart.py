"""Restarts: why a run began again from step 0, and the run before it, which can be brought back."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any

from bnviz.config import LIVE_FIELDS, Experiment
from bnviz.training.run import Run

_BATCHES = {"batch_size", "shuffle", "distortion"}
_TRAINING = {"optimizer", "nesterov", "decay_norm", "lr_half_life", "device", *LIVE_FIELDS}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run restarted, as the view words it.

    Attributes:
        kind: "network", "batches" or "training": what one changed field changes; "seed" or "dataset"; "arms": other
            networks are compared; "several" fields; "reset": the same experiment again.
        field: the changed field, if it is one.
    """

    kind: str
    field: str | None = None


RESET = Reason("reset")


def reason_for(former: Experiment, new: Experiment) -> Reason:
    """Return what differs between two experiments."""
    old, now = former.base.to_dict(), new.base.to_dict()
    fields = [name for name in now if now[name] != old[name]]
    if former.arms != new.arms:
        return Reason("several" if fields else "arms")
    if len(fields) != 1:
        return Reason("several" if fields else "reset")
    (field,) = fields
    if field in ("seed", "dataset"):
        return Reason(field, field)
    return Reason("batches" if field in _BATCHES else "training" if field in _TRAINING else "network", field)


@dataclass(frozen=True, eq=False, slots=True)
class FormerRun:
    """The run before the present one; its thread has ended, its arms and its history are kept.

    Attributes:
        run: the run.
        experiment: its experiment, with the rates that were chosen last.
        reason: why the present run took its place.
        number: tells one restart from the next.
        since: time of the restart, of ``time.monotonic``.
    """

    run: Run
    experiment: Experiment
    reason: Reason
    number: int
    since: float

    @classmethod
    def of(cls, run: Run, experiment: Experiment, reason: Reason) -> FormerRun:
        """Number the restart, and note its time."""
        return cls(run, experiment, reason, next(_numbers), time.monotonic())

    def content(self) -> dict[str, Any]:
        """Return what a STATUS message says of it."""
        return {"n": self.number, "step": self.run.step, **asdict(self.reason)}


def set_aside(
    run: Run | None, experiment: Experiment | None, reason: Reason, before: FormerRun | None
) -> FormerRun | None:
    """Park a run if there is something to lose, and let go of the one that was kept before; else return None."""
    if run is None or experiment is None or run.step == 0 or run.history is None:
        return None
    if before is not None:
        before.run.stop(0)
    run.park()
    return FormerRun.of(run, experiment, reason)


def changed_rates(former: Experiment | None, new: Experiment) -> dict[str, Any] | None:
    """Return the rates that differ if nothing else differs, else None."""
    if former is None or former.arms != new.arms:
        return None
    old, now = former.base.to_dict(), new.base.to_dict()
    differing = {name: now[name] for name in now if now[name] != old[name]}
    return differing if all(name in LIVE_FIELDS for name in differing) else None
