"""The state that a session reports for what it shows, and the end of its threads."""

from __future__ import annotations

from dataclasses import replace

from bnviz.live.analysis_worker import AnalysisWorker
from bnviz.live.kept_recording import KeptRecording
from bnviz.telemetry.history import History
from bnviz.training.run import Run
from bnviz.training.state import RunState, Status


def recorded_state(history: History) -> RunState:
    """Return the state of a recording, at its last frame."""
    frames = history.frames
    return RunState(
        Status.IDLE,
        message="kept" if isinstance(history, KeptRecording) else None,
        detail=f"{frames[-1].step:,}" if isinstance(history, KeptRecording) and frames else None,
        step=frames[-1].step if frames else 0,
        weights_hashes=tuple(arm.weights_hash for arm in history.description.arms),
        batches_hashes=history.description.batches_hashes or (),
    )


def running_state(step: int, steps_per_s: float) -> RunState:
    """Return the state of a loop that is not ours, while it runs."""
    return RunState(Status.RUNNING, step=step, steps_per_s=steps_per_s)


def unwatched_state(state: RunState) -> RunState:
    """Return the state of a run that was stopped because it had no viewers."""
    return replace(state, status=Status.PAUSED, message="orphaned", queue_position=None)


def stop_threads(run: Run | None, analysis: AnalysisWorker | None, wait_s: float) -> None:
    """End a run and its analysis, waiting at most wait_s seconds for each."""
    for thread in (run, analysis):
        if thread is not None:
            thread.stop(wait_s)
