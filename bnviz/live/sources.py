"""Small questions about what a session shows, answered without a session."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bnviz.config import LIVE_FIELDS, Experiment
from bnviz.live.side import SideJobs
from bnviz.telemetry.history import History
from bnviz.training import state as run_state
from bnviz.training.run import Run
from bnviz.training.state import RunState

CURVES_EVERY_S = 0.33
HIDDEN_RATE = 1.0
"""Captures a second while nobody looks: enough to keep the history even."""
VISIBLE_RATE = 27.0


def changed_rates(former: Experiment | None, new: Experiment) -> dict[str, Any] | None:
    """Return the rates that differ when nothing else does, else None."""
    if former is None or former.arms != new.arms:
        return None
    old, now = former.base.to_dict(), new.base.to_dict()
    differing = {name: now[name] for name in now if now[name] != old[name]}
    return differing if all(name in LIVE_FIELDS for name in differing) else None


def recorded_state(history: History) -> RunState:
    """Return the resting state of a recording, at its last frame."""
    frames = history.frames
    return RunState(
        run_state.IDLE,
        step=frames[-1].step if frames else 0,
        weights_hashes=tuple(arm["weights_hash"] for arm in history.meta["arms"]),
        batches_hashes=tuple(history.meta.get("batches_hashes", ())),
    )


def orphaned_state(state: RunState) -> RunState:
    """Return a run's state after it was stopped because nobody watched."""
    return replace(state, status=run_state.PAUSED, message="orphaned", queue_place=None)


def stop_threads(run: Run | None, side: SideJobs | None, wait_s: float) -> None:
    """End a run and what computes beside it, waiting at most wait_s seconds for each."""
    for thread in (run, side):
        if thread is not None:
            thread.stop(wait_s)
