"""Session: the run or the recording that one visitor watches, and the commands that control it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from threading import RLock

from bnviz.config import Experiment
from bnviz.config.visitor import NOBODY, Visitor
from bnviz.live import messages, wire
from bnviz.live.analysis_worker import AnalysisWorker
from bnviz.live.latest_messages import Cursor, LatestMessages, Wakeup
from bnviz.live.place import Place
from bnviz.live.restart import RESET, FormerRun, Reason, changed_rates, reason_for, set_aside
from bnviz.live.session_state import recorded_state, stop_threads, unwatched_state
from bnviz.telemetry.history import History
from bnviz.telemetry.records import Frame
from bnviz.training.permits import CorePermits
from bnviz.training.run import Run
from bnviz.training.state import RunState, Status

MakeRun = Callable[[Experiment, "Session"], Run]

CURVES_EVERY_S = 0.33
HIDDEN_RATE = 1.0
"""Captures per second while the page is hidden, enough for an even history."""
VISIBLE_RATE = 36.0
"""Captures per second while the page is visible: enough that 30 of them are painted where some come too late."""


class Session:
    """The source of frames of one visitor. All methods are quick and safe from any thread.

    Args:
        token: random name; it gives the right to watch and to control.
        visitor: who opened the session; one without a name cannot resume it.
        make_run: builds a Run that reports to this session; None for a session that only shows recordings.
        analysis_permits: limits how many analysis jobs compute at once in this process.
    """

    def __init__(
        self, token: str, make_run: MakeRun | None, analysis_permits: CorePermits, visitor: Visitor = NOBODY
    ) -> None:
        self.token, self.visitor, self.owner = token, visitor, visitor.name
        self.handle = secrets.token_urlsafe(9)
        """Name of the session in the address of its page; only its owner may resume it by this name."""
        self.place = Place()
        self.latest_messages = LatestMessages()
        self.last_seen = time.monotonic()
        self._make_run, self._analysis_permits = make_run, analysis_permits
        self._lock = RLock()
        self.experiment: Experiment | None = None  # the one that was set last
        self._run: Run | None = None
        self.former: FormerRun | None = None  # the run before the last restart, if it can be brought back
        self._announced: Run | None = None  # the last run that ``on_start`` announced to the viewers
        self._recording: History | None = None
        self.analysis: AnalysisWorker | None = None
        self._unwatched = self._playing = self.is_opened = False
        self._curves_at = 0.0
        self.speed = 0.0  # most steps per second that were set last; 0 means no limit
        self._hidden: set[Wakeup] = set()
        self._contours = {"plane": "pca", "bn_stats": "batch"}
        self.visible_panel = ""  # the panel that a viewer opened last
        self.awaits_page = False  # whether its viewer is a page whose script has not run yet
        self.arrived: Experiment | None = None  # what it was opened with by such a page
        self.kept_is_damaged = False  # whether a recording of such a page cannot be read, which is not said yet

    def configure(self, experiment: Experiment, autostart: bool = False) -> None:
        """Set the experiment, and change only what differs from the former one.

        An equal experiment changes nothing. If only lr, sgd_momentum or weight_decay differ, the running optimizer
        takes over the new rates. Otherwise a new run starts at step 0, and trains if the former one was training.

        Args:
            experiment: the experiment to train.
            autostart: whether a new run trains in any case.
        """
        with self._lock:
            former, self.experiment = self.experiment, experiment
            if former == experiment:
                return
            rates = changed_rates(former, experiment)
            if rates is not None and (run := self._resumed_run()) is not None:
                run.change_rates(rates)
                return
            # Not the status decides but the last command: a new run is "idle" for a moment.
            was_playing = self._playing and not self.status.is_ended
            self._recording = None
            self._keep_former(former, reason_for(former, experiment) if former else RESET)
            self._new_run(play=autostart or was_playing)

    def show(self, history: History, to_train: Experiment | None = None, opened: bool = False) -> None:
        """Show a recording; ``train`` starts a run of ``to_train``, by default of the recorded experiment.

        Args:
            history: the recording.
            to_train: what ``train`` starts.
            opened: whether a visitor opened it, so that it is not the stand-in of a scene.
        """
        with self._lock:
            self.is_opened = opened
            self._keep_former(self.experiment, Reason("recording"))
            self._stop_threads()
            self._run = None
            self._playing = False
            self._recording = history
            if not history.description.is_watched:  # the recipe of a watched model is unknown
                self.experiment = to_train or history.experiment
            self.latest_messages.begin_generation()

    def restart(self, play: bool) -> None:
        """Start a new run at step 0 with the same seed."""
        with self._lock:
            if self.experiment is not None:
                self._recording = None
                self._keep_former(self.experiment, RESET)
                self._new_run(play)

    def undo_restart(self) -> Experiment | None:
        """Bring the run before the last restart back, paused; returns its experiment, None if there is none."""
        with self._lock:
            former, self.former = self.former, None
            if former is None:
                return None
            self._stop_threads()
            self._recording, self._unwatched, self._playing = None, False, False
            self.experiment = former.experiment
            self._run = self._announced = former.run
            self._analyze(former.run)
            self.latest_messages.begin_generation()
            return former.experiment

    def drop_former(self) -> None:
        """Let the run before the last restart go, so that its memory is free."""
        with self._lock:
            former, self.former = self.former, None
            if former is not None:
                former.run.stop(0)
                self.publish_status()

    def train_to(self, step: int) -> None:
        """Train until this many updates are made, then pause; a run that is further begins again."""
        with self._lock:
            run = self._resumed_run()
            if run is None or run.step > step:
                self.restart(play=False)
                run = self._run
            if run is not None:
                self._playing = True
                run.train_to(step)

    def train(self) -> None:
        """Resume training, or start a new run if there is none to resume."""
        with self._lock:
            run = self._resumed_run()
            if run is None:
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
            if self._resumed_run() is None:
                self.restart(play=False)
            if self._run is not None:
                self._run.step_once()

    def set_speed(self, steps_per_s: float) -> None:
        """Limit the steps per second, also of later runs; 0 means no limit."""
        with self._lock:
            self.speed = steps_per_s
            if self._run is not None and self._run.alive:  # a parked one learns it when it is resumed
                self._run.set_speed(steps_per_s)

    def set_visible_panel(self, panel: str, viewer: Wakeup | None = None) -> None:
        """Record which panel a viewer has open."""
        with self._lock:
            self.visible_panel = panel
            if self.analysis is not None:
                self.analysis.set_visible_panel(panel)
            elif self._run is not None and viewer is not None:  # a viewer returned to a run at rest
                self._analyze(self._run)
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
            if self.analysis is not None:
                self.analysis.choose(**self._contours)

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
            former = self.former
            status = self._status_message(0)
        ghost = former.run.history if former is not None else None
        return [status] if history is None else list(messages.backlog(history, source, status, ghost))

    def needs_backlog(self, cursor: Cursor) -> bool:
        """Return whether ``pending`` takes long, so that it should not be called in the event loop."""
        return cursor.generation != self.latest_messages.generation

    @property
    def source(self) -> str:
        """Either "live" or "recorded"."""
        return "recorded" if self._recording is not None else "live"

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
    def state(self) -> RunState:
        """State of the run, or of the recording that is shown."""
        run, recording = self._run, self._recording
        if recording is not None:
            return recorded_state(recording)
        if run is None:
            return RunState(Status.IDLE)
        return unwatched_state(run.state) if self._unwatched and not run.state.status.is_ended else run.state

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
        generation = self.latest_messages.generation  # read first: the source may change at any line below
        if (run := self._run_numbered(number)) is None:
            return
        self.latest_messages.publish(wire.FRAME, lambda seq: wire.encode_frame(frame, seq), generation)
        now = time.monotonic()
        if now - self._curves_at > CURVES_EVERY_S:
            self._curves_at = now
            self._publish_curves(run, generation)

    def on_state_change(self, number: int, state: RunState) -> None:
        """Publish the state, and the last curves if the run does not train."""
        generation = self.latest_messages.generation
        if (run := self._run_numbered(number)) is not None:
            if not state.status.is_training:
                self._publish_curves(run, generation)
            self.publish_status()

    def publish_status(self) -> None:
        """Publish the present state to all viewers."""
        self.latest_messages.publish(wire.STATUS, self._status_message)

    def stop_unwatched(self) -> None:
        """End all threads of a session without viewers; the run can be resumed. Waits for none of them."""
        with self._lock:
            self._stop_analysis()  # also that of a run whose own thread has ended: crashed, or brought back
            if self._run is not None and self._run.alive and not self._unwatched:
                self._unwatched, self._playing = True, False
                self._run.park()
                self.publish_status()

    def close(self, wait_s: float = 5.0) -> None:
        """End all threads and forget the run; safe to call twice. Whoever still has the session starts no other."""
        with self._lock:
            run, analysis, former = self._run, self.analysis, self.former
            self._make_run = self._run = self._recording = self.analysis = self.former = None
            self.latest_messages.begin_generation()
        # Without the lock: a thread that is building its arms needs the lock once more before it ends.
        stop_threads(run, analysis, wait_s)
        stop_threads(former.run if former is not None else None, None, wait_s)

    def _run_numbered(self, number: int) -> Run | None:
        """Return the present run if it has this number; reports of former runs are ignored."""
        run = self._run
        return run if run is not None and run.number == number else None

    def _new_run(self, play: bool) -> None:
        if self.experiment is None or self._make_run is None:
            return
        self._stop_threads()
        self._unwatched, self._playing = False, play
        run = self._run = self._make_run(self.experiment, self)
        self._analyze(run)
        run.start()
        run.set_speed(self.speed)
        self._set_rate()
        if play:
            run.play()

    def _resumed_run(self) -> Run | None:
        """Return the present run, whose thread is started again if it was parked; None if it cannot train on."""
        run = self._run
        if run is None or run.state.status.is_ended or not (run.alive or run.history is not None):
            return None
        was_parked = self._unwatched or not run.alive
        run.revive()
        if was_parked:
            self._unwatched = False
            run.set_speed(self.speed)
            self._set_rate()
            if self.analysis is None:
                self._analyze(run)
        return run

    def _keep_former(self, experiment: Experiment | None, reason: Reason) -> None:
        """Keep the present run aside if there is something to lose, in place of the one that was kept before."""
        if (former := set_aside(self._run, experiment, reason, self.former)) is not None:
            self._stop_analysis()
            self.former, self._run = former, None

    def _analyze(self, run: Run) -> None:
        self._stop_analysis()
        self.analysis = AnalysisWorker(run, self.latest_messages, self._analysis_permits, **self._contours)
        self.analysis.set_visible_panel(self.visible_panel)

    def _stop_analysis(self) -> None:
        stop_threads(None, self.analysis, wait_s=0)
        self.analysis = None

    def _stop_threads(self) -> None:
        # Without waiting: they end within one step, and their reports are ignored.
        stop_threads(self._run, None, wait_s=0)
        self._stop_analysis()

    def _set_rate(self) -> None:
        run, analysis = self._run, self.analysis  # also called without the lock
        is_visible = self.latest_messages.viewers > len(self._hidden) or self.latest_messages.viewers == 0
        if run is not None and run.alive:
            run.set_capture_rate(VISIBLE_RATE if is_visible else HIDDEN_RATE)
        if analysis is not None:
            analysis.set_enabled(is_visible)

    def _publish_curves(self, run: Run, generation: int) -> None:
        if (history := run.history) is not None:
            self.latest_messages.publish(wire.CURVES, lambda seq: messages.curves(history, seq), generation)

    def _status_message(self, seq: int) -> bytes:
        return messages.status(seq, self.state, self.history, self.experiment, self.former)
