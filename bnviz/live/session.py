"""Session: what one visitor watches - a run or a recording - and the commands that steer it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from threading import RLock
from typing import Any

from bnviz.config import LIVE_FIELDS, Experiment
from bnviz.live import messages, wire
from bnviz.live.analysis_worker import AnalysisWorker
from bnviz.live.latest_messages import Cursor, LatestMessages, Wakeup
from bnviz.telemetry.history import History
from bnviz.telemetry.records import Frame
from bnviz.training.permits import CorePermits
from bnviz.training.run import Run
from bnviz.training.state import RunState, Status

MakeRun = Callable[[Experiment, "Session"], Run]

CURVES_EVERY_S = 0.33
HIDDEN_RATE = 1.0
"""Captures per second while the page is hidden: enough to keep the history even."""
VISIBLE_RATE = 27.0


class Session:
    """One visitor's source of frames. All methods are safe from any thread and quick.

    Args:
        token: random name; who knows it may watch and steer.
        make_run: builds a Run that reports to this session; None for a session that only shows recordings.
        analysis_permits: how many analysis jobs may compute at once in this process.
    """

    def __init__(self, token: str, make_run: MakeRun | None, analysis_permits: CorePermits) -> None:
        self.token = token
        self.outbox = LatestMessages()
        self.last_seen = time.monotonic()
        self._make_run, self._analysis_permits = make_run, analysis_permits
        self._lock = RLock()
        self._experiment: Experiment | None = None
        self._run: Run | None = None
        self._announced: Run | None = None  # the last run whose arms its viewers were told to begin with
        self._recording: History | None = None
        self._analysis: AnalysisWorker | None = None
        self._unwatched = self._playing = False
        self._curves_at = 0.0
        self._speed = 0.0
        self._hidden: set[Wakeup] = set()
        self._contours = {"plane": "random", "bn_stats": "batch"}
        self._panel = ""

    # -- what to watch -----------------------------------------------------------------------------------
    def configure(self, experiment: Experiment, autostart: bool = False) -> None:
        """Take over an experiment; does as little as the difference asks for.

        The same again changes nothing. Only lr, sgd_momentum or weight_decay: the running optimizer takes
        it over. Anything else: a new run, at step 0; it trains at once if the former one was training.

        Args:
            experiment: what to train.
            autostart: train a new run at once in any case.
        """
        with self._lock:
            former, self._experiment = self._experiment, experiment
            if former == experiment:
                return
            rates = changed_rates(former, experiment)
            if rates is not None and self._run is not None and self._run.alive:
                self._run.change_rates(rates)
                return
            # What was asked for, not the status: a run that was just made says "idle" for a moment.
            goes_on = self._playing and not self.status.is_ended
            self._recording = None
            self._new_run(play=autostart or goes_on)

    def show(self, history: History, then: Experiment | None = None) -> None:
        """Show a recording; training starts a run of its experiment, or of ``then`` where that is given."""
        with self._lock:
            self._stop_threads()
            self._run = None
            self._playing = False
            self._recording = history
            if not history.description.is_watched:  # a watched model has no recipe that we could train
                self._experiment = then or history.experiment
            self.outbox.begin_generation()

    def restart(self, play: bool) -> None:
        """Begin again at step 0 with the same seed."""
        with self._lock:
            if self._experiment is not None:
                self._recording = None
                self._new_run(play)

    def train(self) -> None:
        """Resume training, or start where there is nothing to resume."""
        with self._lock:
            run = self._run
            if run is None or not run.alive or run.state.status.is_ended:
                self.restart(play=True)
            else:
                self._playing = True
                run.play()

    def pause(self) -> None:
        """Stop between two steps; the run can resume."""
        with self._lock:
            self._playing = False
            if self._run is not None and self._run.alive:
                self._run.pause()

    def step_once(self) -> None:
        """Make one update of every arm."""
        with self._lock:
            self._playing = False
            if self._run is None or not self._run.alive:
                self.restart(play=False)
            if self._run is not None:
                self._run.step_once()

    def set_speed(self, steps_per_s: float) -> None:
        """Limit the steps a second; 0 is as fast as it goes. Later runs keep the limit."""
        with self._lock:
            self._speed = steps_per_s
            if self._run is not None:
                self._run.set_speed(steps_per_s)

    def set_visible_panel(self, panel: str, viewer: Wakeup | None = None) -> None:
        """Record which panel a viewer has open."""
        with self._lock:
            self._panel = panel
            if self._analysis is not None:
                self._analysis.set_visible_panel(panel)
            if viewer is not None:
                self._hidden.discard(viewer)
            self._set_rate()

    def set_hidden(self, viewer: Wakeup | None = None) -> None:
        """Record that a viewer's page is hidden."""
        with self._lock:
            if viewer is not None:
                self._hidden.add(viewer)
            self._set_rate()

    def choose_contours(self, **choice: str) -> None:
        """Choose plane and bn_stats of the next loss surfaces."""
        with self._lock:
            self._contours |= choice
            if self._analysis is not None:
                self._analysis.choose(**self._contours)

    def keep_alive(self) -> None:
        """Record that a viewer was active now."""
        self.last_seen = time.monotonic()

    def subscribe(self, waker: Wakeup) -> None:
        """Add a viewer."""
        self.keep_alive()
        self.outbox.subscribe(waker)
        self._set_rate()

    def unsubscribe(self, waker: Wakeup) -> None:
        """Remove a viewer."""
        self.outbox.unsubscribe(waker)
        self._hidden.discard(waker)
        self.keep_alive()
        self._set_rate()

    def pending(self, cursor: Cursor) -> list[bytes]:
        """Return what a viewer at this cursor needs next; empty when it is up to date."""
        if not self.outbox.catch_up(cursor):
            return self.outbox.newer(cursor)
        with self._lock:
            # A run whose arms were built this moment is shown from ``began`` on, or it would be shown twice.
            hidden = self._recording is None and self._run is not self._announced
            history, source = None if hidden else self.history, self.source
            status = self._status_message(0)
        return [status] if history is None else list(messages.backlog(history, source, status))

    def needs_backlog(self, cursor: Cursor) -> bool:
        """Whether ``pending`` will be long, and so better be called beside the event loop."""
        return cursor.generation != self.outbox.generation

    @property
    def experiment(self) -> Experiment | None:
        """What was configured last."""
        return self._experiment

    @property
    def source(self) -> str:
        """Either "live" or "recorded"."""
        return "recorded" if self._recording is not None else "live"

    @property
    def history(self) -> History | None:
        """Frames and curves of what is shown."""
        run, recording = self._run, self._recording
        if recording is not None:
            return recording
        return run.history if run is not None else None

    @property
    def run(self) -> Run | None:
        """The run behind it, if any."""
        return self._run

    @property
    def analysis(self) -> AnalysisWorker | None:
        """The worker that computes contours and boundaries beside the run, if any."""
        return self._analysis

    @property
    def state(self) -> RunState:
        """State of the run, or the resting state of a recording."""
        run, recording = self._run, self._recording
        if recording is not None:
            return recorded_state(recording)
        if run is None:
            return RunState(Status.IDLE)
        return unwatched_state(run.state) if self._unwatched else run.state

    @property
    def status(self) -> Status:
        """Status of ``state``."""
        return self.state.status

    def on_start(self, number: int) -> None:
        """Show the run to viewers from now on: its arms are built."""
        with self._lock:
            if (run := self._run_numbered(number)) is not None:
                self._announced = run
                self.outbox.begin_generation()

    def on_frame(self, number: int, frame: Frame) -> None:
        """Pass a frame on, and the curves from time to time."""
        if (run := self._run_numbered(number)) is None:
            return
        self.outbox.publish(wire.FRAME, lambda seq: wire.encode_frame(frame, seq))
        now = time.monotonic()
        if now - self._curves_at > CURVES_EVERY_S:
            self._curves_at = now
            self._publish_curves(run)

    def on_state_change(self, number: int, state: RunState) -> None:
        """Pass the state on; when the run does not train, the last curves too."""
        if (run := self._run_numbered(number)) is not None:
            if not state.status.is_training:
                self._publish_curves(run)
            self.publish_status()

    def publish_status(self) -> None:
        """Send the present state to all viewers."""
        self.outbox.publish(wire.STATUS, self._status_message)

    def stop_unwatched(self) -> None:
        """End the threads of a run without viewers, and keep its history."""
        with self._lock:
            if self._run is not None and self._run.alive:
                self._unwatched, self._playing = True, False
                self._stop_threads()
                self.publish_status()

    def close(self, wait_s: float = 5.0) -> None:
        """End all threads and forget everything; safe to call twice."""
        with self._lock:
            run, analysis = self._run, self._analysis
            self._run = self._recording = self._analysis = None
            self.outbox.begin_generation()
        # Not under the lock: a thread that is still building its arms needs it once more before it ends.
        stop_threads(run, analysis, wait_s)

    def _run_numbered(self, number: int) -> Run | None:
        """Return the present run if it has this number: what former runs still report is ignored."""
        run = self._run
        return run if run is not None and run.number == number else None

    def _new_run(self, play: bool) -> None:
        if self._experiment is None or self._make_run is None:
            return
        self._stop_threads()
        self._unwatched, self._playing = False, play
        run = self._run = self._make_run(self._experiment, self)
        self._analysis = AnalysisWorker(run, self.outbox, self._analysis_permits, **self._contours)
        self._analysis.set_visible_panel(self._panel)
        run.start()
        run.set_speed(self._speed)
        self._set_rate()
        if play:
            run.play()

    def _stop_threads(self) -> None:
        # Not waited for: they notice within one step, and what they still say is ignored.
        stop_threads(self._run, self._analysis, wait_s=0)
        self._analysis = None

    def _set_rate(self) -> None:
        run, analysis = self._run, self._analysis  # also called without the lock
        looking = self.outbox.viewers > len(self._hidden) or self.outbox.viewers == 0
        if run is not None and run.alive:
            run.set_capture_rate(VISIBLE_RATE if looking else HIDDEN_RATE)
        if analysis is not None:
            analysis.set_enabled(looking)

    def _publish_curves(self, run: Run) -> None:
        if (history := run.history) is not None:
            self.outbox.publish(wire.CURVES, lambda seq: messages.curves(history, seq))

    def _status_message(self, seq: int) -> bytes:
        return messages.status(seq, self.state, self.history, self._experiment)


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
        Status.IDLE,
        step=frames[-1].step if frames else 0,
        weights_hashes=tuple(arm.weights_hash for arm in history.description.arms),
        batches_hashes=history.description.batches_hashes or (),
    )


def unwatched_state(state: RunState) -> RunState:
    """Return a run's state after it was stopped because it had no viewers."""
    return replace(state, status=Status.PAUSED, message="orphaned", queue_position=None)


def stop_threads(run: Run | None, analysis: AnalysisWorker | None, wait_s: float) -> None:
    """End a run and what computes beside it, waiting at most wait_s seconds for each."""
    for thread in (run, analysis):
        if thread is not None:
            thread.stop(wait_s)
