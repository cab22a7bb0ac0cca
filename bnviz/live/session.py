"""Session: the run or the recording that one visitor watches, and the commands that control it."""

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
"""Captures per second while the page is hidden, enough for an even history."""
VISIBLE_RATE = 27.0


class Session:
    """The source of frames of one visitor. All methods are quick and safe from any thread.

    Args:
        token: random name; it gives the right to watch and to control.
        make_run: builds a Run that reports to this session; None for a session that only shows recordings.
        analysis_permits: limits how many analysis jobs compute at once in this process.
    """

    def __init__(self, token: str, make_run: MakeRun | None, analysis_permits: CorePermits) -> None:
        self.token = token
        self.latest_messages = LatestMessages()
        self.last_seen = time.monotonic()
        self._make_run, self._analysis_permits = make_run, analysis_permits
        self._lock = RLock()
        self._experiment: Experiment | None = None
        self._run: Run | None = None
        self._announced: Run | None = None  # the last run that ``on_start`` announced to the viewers
        self._recording: History | None = None
        self._analysis: AnalysisWorker | None = None
        self._unwatched = self._playing = False
        self._curves_at = 0.0
        self._speed = 0.0
        self._hidden: set[Wakeup] = set()
        self._contours = {"plane": "pca", "bn_stats": "batch"}
        self._panel = ""

    # -- what to watch -----------------------------------------------------------------------------------
    def configure(self, experiment: Experiment, autostart: bool = False) -> None:
        """Set the experiment, and change only what differs from the former one.

        An equal experiment changes nothing. If only lr, sgd_momentum or weight_decay differ, the running optimizer
        takes over the new rates. Otherwise a new run starts at step 0, and trains if the former one was training.

        Args:
            experiment: the experiment to train.
            autostart: whether a new run trains in any case.
        """
        with self._lock:
            former, self._experiment = self._experiment, experiment
            if former == experiment:
                return
            rates = changed_rates(former, experiment)
            if rates is not None and self._run is not None and self._run.alive:
                self._run.change_rates(rates)
                return
            # Not the status decides but the last command: a new run is "idle" for a moment.
            was_playing = self._playing and not self.status.is_ended
            self._recording = None
            self._new_run(play=autostart or was_playing)

    def show(self, history: History, to_train: Experiment | None = None) -> None:
        """Show a recording; ``train`` starts a run of ``to_train``, by default of the recorded experiment."""
        with self._lock:
            self._stop_threads()
            self._run = None
            self._playing = False
            self._recording = history
            if not history.description.is_watched:  # the recipe of a watched model is unknown
                self._experiment = to_train or history.experiment
            self.latest_messages.begin_generation()

    def restart(self, play: bool) -> None:
        """Start a new run at step 0 with the same seed."""
        with self._lock:
            if self._experiment is not None:
                self._recording = None
                self._new_run(play)

    def train(self) -> None:
        """Resume training, or start a new run if there is none to resume."""
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
        """Make one update of each arm."""
        with self._lock:
            self._playing = False
            if self._run is None or not self._run.alive:
                self.restart(play=False)
            if self._run is not None:
                self._run.step_once()

    def set_speed(self, steps_per_s: float) -> None:
        """Limit the steps per second, also of later runs; 0 means no limit."""
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
        """Set plane and bn_stats of the next loss surfaces."""
        with self._lock:
            self._contours |= choice
            if self._analysis is not None:
                self._analysis.choose(**self._contours)

    def keep_alive(self) -> None:
        """Record that a viewer was active now."""
        self.last_seen = time.monotonic()

    def subscribe(self, wakeup: Wakeup) -> None:
        """Add a viewer."""
        self.keep_alive()
        self.latest_messages.subscribe(wakeup)
        self._set_rate()

    def unsubscribe(self, wakeup: Wakeup) -> None:
        """Remove a viewer."""
        self.latest_messages.unsubscribe(wakeup)
        self._hidden.discard(wakeup)
        self.keep_alive()
        self._set_rate()

    def pending(self, cursor: Cursor) -> list[bytes]:
        """Return the messages that a viewer at this cursor needs next; none if it is up to date."""
        if not self.latest_messages.catch_up(cursor):
            return self.latest_messages.newer(cursor)
        with self._lock:
            # A run is shown only after ``on_start``; otherwise it would be shown twice.
            hidden = self._recording is None and self._run is not self._announced
            history, source = None if hidden else self.history, self.source
            status = self._status_message(0)
        return [status] if history is None else list(messages.backlog(history, source, status))

    def needs_backlog(self, cursor: Cursor) -> bool:
        """Return whether ``pending`` takes long, so that it should not be called in the event loop."""
        return cursor.generation != self.latest_messages.generation

    @property
    def experiment(self) -> Experiment | None:
        """The experiment that was set last."""
        return self._experiment

    @property
    def source(self) -> str:
        """Either "live" or "recorded"."""
        return "recorded" if self._recording is not None else "live"

    @property
    def speed(self) -> float:
        """Most steps per second that were set last; 0 means no limit."""
        return self._speed

    @property
    def visible_panel(self) -> str:
        """The panel that a viewer opened last."""
        return self._panel

    @property
    def contours(self) -> dict[str, str]:
        """Plane and bn_stats of the next loss surfaces."""
        return dict(self._contours)

    @property
    def history(self) -> History | None:
        """The history that is shown."""
        run, recording = self._run, self._recording
        if recording is not None:
            return recording
        return run.history if run is not None else None

    @property
    def run(self) -> Run | None:
        """The present run, if any."""
        return self._run

    @property
    def analysis(self) -> AnalysisWorker | None:
        """The worker that computes contours and boundaries of the run, if any."""
        return self._analysis

    @property
    def state(self) -> RunState:
        """State of the run, or of the recording that is shown."""
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
        """Show the run to the viewers, as its arms are built."""
        with self._lock:
            if (run := self._run_numbered(number)) is not None:
                self._announced = run
                self.latest_messages.begin_generation()

    def on_frame(self, number: int, frame: Frame) -> None:
        """Publish a frame, and from time to time the curves."""
        if (run := self._run_numbered(number)) is None:
            return
        self.latest_messages.publish(wire.FRAME, lambda seq: wire.encode_frame(frame, seq))
        now = time.monotonic()
        if now - self._curves_at > CURVES_EVERY_S:
            self._curves_at = now
            self._publish_curves(run)

    def on_state_change(self, number: int, state: RunState) -> None:
        """Publish the state, and the last curves if the run does not train."""
        if (run := self._run_numbered(number)) is not None:
            if not state.status.is_training:
                self._publish_curves(run)
            self.publish_status()

    def publish_status(self) -> None:
        """Publish the present state to all viewers."""
        self.latest_messages.publish(wire.STATUS, self._status_message)

    def stop_unwatched(self) -> None:
        """End the threads of a run without viewers; its history is kept."""
        with self._lock:
            if self._run is not None and self._run.alive:
                self._unwatched, self._playing = True, False
                self._stop_threads()
                self.publish_status()

    def close(self, wait_s: float = 5.0) -> None:
        """End all threads and forget the run; safe to call twice."""
        with self._lock:
            run, analysis = self._run, self._analysis
            self._run = self._recording = self._analysis = None
            self.latest_messages.begin_generation()
        # Without the lock: a thread that is building its arms needs the lock once more before it ends.
        stop_threads(run, analysis, wait_s)

    def _run_numbered(self, number: int) -> Run | None:
        """Return the present run if it has this number; reports of former runs are ignored."""
        run = self._run
        return run if run is not None and run.number == number else None

    def _new_run(self, play: bool) -> None:
        if self._experiment is None or self._make_run is None:
            return
        self._stop_threads()
        self._unwatched, self._playing = False, play
        run = self._run = self._make_run(self._experiment, self)
        self._analysis = AnalysisWorker(run, self.latest_messages, self._analysis_permits, **self._contours)
        self._analysis.set_visible_panel(self._panel)
        run.start()
        run.set_speed(self._speed)
        self._set_rate()
        if play:
            run.play()

    def _stop_threads(self) -> None:
        # Without waiting: they end within one step, and their reports are ignored.
        stop_threads(self._run, self._analysis, wait_s=0)
        self._analysis = None

    def _set_rate(self) -> None:
        run, analysis = self._run, self._analysis  # also called without the lock
        is_visible = self.latest_messages.viewers > len(self._hidden) or self.latest_messages.viewers == 0
        if run is not None and run.alive:
            run.set_capture_rate(VISIBLE_RATE if is_visible else HIDDEN_RATE)
        if analysis is not None:
            analysis.set_enabled(is_visible)

    def _publish_curves(self, run: Run) -> None:
        if (history := run.history) is not None:
            self.latest_messages.publish(wire.CURVES, lambda seq: messages.curves(history, seq))

    def _status_message(self, seq: int) -> bytes:
        return messages.status(seq, self.state, self.history, self._experiment)


def changed_rates(former: Experiment | None, new: Experiment) -> dict[str, Any] | None:
    """Return the rates that differ if nothing else differs, else None."""
    if former is None or former.arms != new.arms:
        return None
    old, now = former.base.to_dict(), new.base.to_dict()
    differing = {name: now[name] for name in now if now[name] != old[name]}
    return differing if all(name in LIVE_FIELDS for name in differing) else None


def recorded_state(history: History) -> RunState:
    """Return the state of a recording, at its last frame."""
    frames = history.frames
    return RunState(
        Status.IDLE,
        step=frames[-1].step if frames else 0,
        weights_hashes=tuple(arm.weights_hash for arm in history.description.arms),
        batches_hashes=history.description.batches_hashes or (),
    )


def unwatched_state(state: RunState) -> RunState:
    """Return the state of a run that was stopped because it had no viewers."""
    return replace(state, status=Status.PAUSED, message="orphaned", queue_position=None)


def stop_threads(run: Run | None, analysis: AnalysisWorker | None, wait_s: float) -> None:
    """End a run and its analysis, waiting at most wait_s seconds for each."""
    for thread in (run, analysis):
        if thread is not None:
            thread.stop(wait_s)
