"""Session: what one visitor watches - a run or a recording - and the commands that steer it."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import RLock

from bnviz.config import Experiment
from bnviz.live import messages, sources, wire
from bnviz.live.outbox import Cursor, Outbox, Waker
from bnviz.live.side import SideJobs
from bnviz.live.sources import changed_rates, orphaned_state, recorded_state, stop_threads
from bnviz.telemetry.history import History
from bnviz.telemetry.records import Frame
from bnviz.training import state as run_state
from bnviz.training.permits import Permits
from bnviz.training.run import Run
from bnviz.training.state import RunState

MakeRun = Callable[[Experiment, "Session"], Run]


class Session:
    """One visitor's source of frames. All methods are safe from any thread and quick.

    Args:
        token: random name; who knows it may watch and steer.
        make_run: builds a Run that reports to this session.
        side_permits: how many contour jobs may compute at once in this process.
    """

    def __init__(self, token: str, make_run: MakeRun, side_permits: Permits) -> None:
        self.token = token
        self.outbox = Outbox()
        self.last_seen = time.monotonic()
        self._make_run, self._side_permits = make_run, side_permits
        self._lock = RLock()
        self._experiment: Experiment | None = None
        self._run: Run | None = None
        self._announced: Run | None = None  # the last run whose arms its viewers were told to begin with
        self._recording: History | None = None
        self._side: SideJobs | None = None
        self._orphaned = self._playing = False
        self._curves_at = 0.0
        self._speed = 0.0
        self._hidden: set[Waker] = set()
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
                self._run.change(rates)
                return
            # What was asked for, not the status: a run that was just made says "idle" for a moment.
            goes_on = self._playing and self.status not in run_state.ENDED
            self._recording = None
            self._new_run(play=autostart or goes_on)

    def show(self, history: History, then: Experiment | None = None) -> None:
        """Show a recording; training starts a run of its experiment, or of ``then`` where that is given."""
        with self._lock:
            self._end_threads()
            self._run = None
            self._playing = False
            self._recording = history
            if "watched" not in history.meta:  # a watched model has no recipe that we could train
                self._experiment = then or history.experiment
            self.outbox.begin_generation()

    def restart(self, play: bool) -> None:
        """Begin again at step 0 with the same seed."""
        with self._lock:
            if self._experiment is not None:
                self._recording = None
                self._new_run(play)

    def train(self) -> None:
        """Train on, or from the start where there is nothing to go on with."""
        with self._lock:
            run = self._run
            if run is None or not run.alive or run.state.status in run_state.ENDED:
                self.restart(play=True)
            else:
                self._playing = True
                run.play()

    def pause(self) -> None:
        """Stop between two steps; the run can go on."""
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

    def look_at(self, panel: str, viewer: Waker | None = None) -> None:
        """A viewer has this panel before its eyes."""
        with self._lock:
            self._panel = panel
            if self._side is not None:
                self._side.look_at(panel)
            if viewer is not None:
                self._hidden.discard(viewer)
            self._set_rate()

    def look_away(self, viewer: Waker | None = None) -> None:
        """A viewer's page is hidden."""
        with self._lock:
            if viewer is not None:
                self._hidden.add(viewer)
            self._set_rate()

    def choose_contours(self, **choice: str) -> None:
        """Choose plane and bn_stats of the next loss surfaces."""
        with self._lock:
            self._contours |= choice
            if self._side is not None:
                self._side.choose(**self._contours)

    def touch(self) -> None:
        """Note that somebody is there."""
        self.last_seen = time.monotonic()

    def subscribe(self, waker: Waker) -> None:
        """A viewer has come."""
        self.touch()
        self.outbox.subscribe(waker)
        self._set_rate()

    def unsubscribe(self, waker: Waker) -> None:
        """A viewer has gone."""
        self.outbox.unsubscribe(waker)
        self._hidden.discard(waker)
        self.touch()
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
    def state(self) -> RunState:
        """State of the run, or the resting state of a recording."""
        run, recording = self._run, self._recording
        if recording is not None:
            return recorded_state(recording)
        if run is None:
            return RunState(run_state.IDLE)
        return orphaned_state(run.state) if self._orphaned else run.state

    @property
    def status(self) -> str:
        """One word of ``state``."""
        return self.state.status

    def began(self, run: Run) -> None:
        """The run's arms are built: from now on it is what viewers see."""
        with self._lock:
            if run is self._run:
                self._announced = run
                self.outbox.begin_generation()

    def framed(self, run: Run, frame: Frame) -> None:
        """Pass a frame on, and the curves from time to time."""
        if run is not self._run:
            return
        self.outbox.publish(wire.FRAME, lambda seq: wire.encode_frame(frame, seq))
        now = time.monotonic()
        if now - self._curves_at > sources.CURVES_EVERY_S:
            self._curves_at = now
            self._publish_curves(run)

    def changed(self, run: Run) -> None:
        """Pass the state on; when the run rests, the last curves too."""
        if run is self._run:
            if run.state.status not in ("running", "queued"):
                self._publish_curves(run)
            self.publish_status()

    def publish_status(self) -> None:
        """Tell all viewers how things stand."""
        self.outbox.publish(wire.STATUS, self._status_message)

    def orphan(self) -> None:
        """Nobody watches any more: end the thread, keep what was seen."""
        with self._lock:
            if self._run is not None and self._run.alive:
                self._orphaned, self._playing = True, False
                self._end_threads()
                self.publish_status()

    def close(self, wait_s: float = 5.0) -> None:
        """End all threads and forget everything; safe to call twice."""
        with self._lock:
            run, side = self._run, self._side
            self._run = self._recording = self._side = None
            self.outbox.begin_generation()
        # Not under the lock: a thread that is still building its arms needs it once more before it ends.
        stop_threads(run, side, wait_s)

    def _new_run(self, play: bool) -> None:
        if self._experiment is None:
            return
        self._end_threads()
        self._orphaned, self._playing = False, play
        run = self._run = self._make_run(self._experiment, self)
        self._side = SideJobs(run, self.outbox, self._side_permits, **self._contours)
        self._side.look_at(self._panel)
        run.start()
        run.set_speed(self._speed)
        self._set_rate()
        if play:
            run.play()

    def _end_threads(self) -> None:
        # Not waited for: they notice within one step, and what they still say is ignored.
        stop_threads(self._run, self._side, wait_s=0)
        self._side = None

    def _set_rate(self) -> None:
        run, side = self._run, self._side  # also called without the lock
        looking = self.outbox.viewers > len(self._hidden) or self.outbox.viewers == 0
        if run is not None and run.alive:
            run.set_capture_rate(sources.VISIBLE_RATE if looking else sources.HIDDEN_RATE)
        if side is not None:
            side.set_awake(looking)

    def _publish_curves(self, run: Run) -> None:
        if (history := run.history) is not None:
            self.outbox.publish(wire.CURVES, lambda seq: messages.curves(history, seq))

    def _status_message(self, seq: int) -> bytes:
        return messages.status(seq, self.state, self.history, self._experiment)
