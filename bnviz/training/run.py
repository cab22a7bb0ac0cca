"""Run: one background thread that owns the arms of an experiment and steps them. It knows nothing of Streamlit."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import count
from threading import Event, Lock, Thread, current_thread

from bnviz.config import Experiment, InputError, Value
from bnviz.config.visitor import NOBODY, Visitor
from bnviz.data import Dataset
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.records import Frame
from bnviz.training.command_queue import CommandQueue
from bnviz.training.permits import CorePermits
from bnviz.training.reducer import RunReducer, SharedReducers
from bnviz.training.run_queue import RunQueue
from bnviz.training.state import Checkpoint, RunListener, RunState, Status
from bnviz.training.trainer import Trainer

log = logging.getLogger(__name__)

MAX_STEPS = 50_000
MAX_BUSY_S = 1800.0
"""A run is paused after half an hour of computing: no visitor watches that long without a click."""

PUBLISH_S = 0.25
"""Seconds between two states of a run that trains; a run that rests longer between two steps publishes each of them."""

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class _Progress:
    """The step that was published last, and the time of it (``time.perf_counter``; 0 before the first time)."""

    step: int = 0
    published_at: float = 0.0

    def steps_per_s(self, step: int, now: float) -> float:
        """Return the rate since then, 0 if no time has passed."""
        started = self.published_at
        return (step - self.step) / (now - started) if started and now > started else 0.0


class Run:
    """Trains the arms of an experiment in a thread of its own.

    Args:
        experiment: the experiment to train.
        load: returns the data set; called in the thread, so that the caller does not wait for it.
        listener: gets the frames and states of the run.
        permits: permits to compute for a time slice.
        run_queue: the queue of all runs.
        max_steps: number of updates after which the run is done.
        max_busy_s: seconds of computing after which the run pauses.
        reducer: what reduces the snapshots of all runs to frames; None reduces them in the thread of the run.
        visitor: whom it computes for.
    """

    def __init__(
        self,
        experiment: Experiment,
        load: Callable[[], Dataset],
        listener: RunListener,
        permits: CorePermits,
        run_queue: RunQueue,
        max_steps: int = MAX_STEPS,
        max_busy_s: float = MAX_BUSY_S,
        reducer: SharedReducers | None = None,
        visitor: Visitor = NOBODY,
    ) -> None:
        self.experiment = experiment
        self.max_steps = max_steps
        self._load = load
        self._listener = listener
        self._permits = permits
        self._run_queue, self._visitor = run_queue, visitor
        self._busy_limit = max_busy_s
        self._max_busy = max_busy_s
        self._stop = Event()
        self._commands = CommandQueue(self._stop)
        self._playing = False
        self._single_steps = 0
        self._pause_at: int | None = None
        self._is_parking = self._is_parked = False
        self._end = Lock()  # so that no command arrives between the last look for one and the end of the thread
        self._speed = self._turn_began = 0.0
        self._trainer: Trainer | None = None
        self._state = RunState(Status.IDLE)
        self._progress = _Progress()
        self.number = next(_numbers)
        self._reducer = RunReducer(reducer, self._report_frame, permits)
        self._thread = self._new_thread()

    # -- from any thread -------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread, which builds the arms, observes step 0 and waits for ``play``."""
        self._thread.start()

    def revive(self) -> None:
        """Take back ``park``, in a new thread if the former one has ended; ``play`` goes on with the same arms."""
        if self.stopping:
            self._thread.join()
        with self._end:
            if self.alive and not self.stopping:
                self._commands.submit(self._unpark)
                return
            self._playing, self._single_steps, self._pause_at = False, 0, None
            self._is_parking = self._is_parked = False
            self._commands.clear()  # those of a thread that was stopped
            self._stop.clear()
            self._thread = self._new_thread()
            self._thread.start()

    def park(self) -> None:
        """Pause at a step that is shown, then end the thread; waits for nothing. ``revive`` resumes."""
        self._commands.submit(self._park)

    def play(self) -> None:
        """Train until another command or the end."""
        self._commands.submit(lambda: self._play(None))

    def train_to(self, step: int) -> None:
        """Train until this many updates are made, then pause; a pause or ``play`` before that cancels it."""
        self._commands.submit(lambda: self._play(step))

    def pause(self, message: str | None = None) -> None:
        """Stop training between two steps; the arms are kept."""
        self._commands.submit(lambda: self._pause(message))

    def step_once(self) -> None:
        """Make a single update."""
        self._commands.submit(self._add_single_step)

    def change_rates(self, rates: dict[str, Value]) -> None:
        """Change lr, sgd_momentum or weight_decay between two steps."""
        self._commands.submit(lambda: self._change_rates(rates))

    def set_speed(self, steps_per_s: float) -> None:
        """Limit the steps per second; 0 means no limit."""
        self._commands.submit(lambda: self._set_speed(steps_per_s))

    def set_capture_rate(self, rate: float) -> None:
        """Set the most frames per second."""
        self._commands.submit(lambda: self._set_capture_rate(rate))

    def checkpoint(self, timeout_s: float = 10.0) -> Checkpoint | None:
        """Return copies that are taken between two steps; None if there are no arms or the run is busy for too long."""
        answer: Future[Checkpoint] = Future()
        self._commands.submit(lambda: answer.set_result(self._require_trainer().checkpoint()))
        deadline = time.monotonic() + timeout_s
        while self._thread.is_alive():  # it may end before it runs this command
            try:
                return answer.result(min(0.1, timeout_s))
            except TimeoutError:
                if time.monotonic() >= deadline:
                    return None
        return None if self._trainer is None else self._trainer.checkpoint()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """End the thread and return whether it has ended; safe to call twice and from any thread."""
        self._stop.set()
        self._permits.wake()
        self._commands.wake()
        if self._thread.is_alive() and self._thread is not current_thread():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def state(self) -> RunState:
        """The state that was published last."""
        return self._state

    @property
    def permits(self) -> CorePermits:
        """The permits that it computes under."""
        return self._permits

    @property
    def history(self) -> RunHistory | None:
        """The history of the run, None until the arms are built."""
        return None if self._trainer is None else self._trainer.history

    @property
    def step(self) -> int:
        """Number of updates so far."""
        return 0 if self._trainer is None else self._trainer.step

    def dataset(self) -> Dataset:
        """Return the data that it trains on; raises InputError where they are no longer there."""
        return self._load()

    @property
    def capture_rate(self) -> float:
        """Most frames per second; 0 until the arms are built."""
        return 0.0 if self._trainer is None else self._trainer.capture_schedule.rate

    @property
    def alive(self) -> bool:
        """Whether the thread is running, so that commands are carried out."""
        return self._thread.is_alive() and not self._is_parked

    @property
    def stopping(self) -> bool:
        """Whether ``stop`` was called."""
        return self._stop.is_set()

    # -- in the thread ---------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            if self._trainer is None:
                self._trainer = Trainer(self.experiment, self._load(), self.max_steps, reducer=self._reducer)
                self._set_state(weights_hashes=tuple(twin.weights_hash for twin in self._trainer.twins))
                self._listener.on_start(self.number)
            while not (self._stop.is_set() or self._ends_parked()):
                self._commands.run_pending()
                self._run_once(self._trainer)
        except InputError as error:
            self._set_state(status=Status.FAILED, message="bad_input", detail=str(error))
        except Exception as error:  # any error of the thread is logged and shown
            log.exception("run %d failed", self.number)
            self._set_state(status=Status.FAILED, message="crashed", detail=f"{type(error).__name__}: {error}")
        finally:
            if not self._is_parked:  # else it has left, and a new thread may have entered
                self._run_queue.leave(self)

    def _ends_parked(self) -> bool:
        """Return whether the thread of a parked run may end: it rests, and no command is left."""
        with self._end:
            self._is_parked = self._is_parking and self._rests and self._commands.empty
            if self._is_parked:
                self._run_queue.leave(self)
            return self._is_parked

    @property
    def _rests(self) -> bool:
        return not (self._playing or self._single_steps) or self._state.status.is_ended

    def _run_once(self, trainer: Trainer) -> None:
        """Wait for a command or a turn, or compute for one slice."""
        if self._rests:
            self._run_queue.leave(self)
            if not self._is_parking:
                self._commands.sleep(None)
            return
        self._run_queue.enter(self, self._visitor)
        if not self._run_queue.wait_turn(self, 0.2):
            self._set_state(status=Status.QUEUED, queue_position=self._run_queue.position(self))
            return
        with self._permits.time_slice(self._stop) as granted:
            if granted:
                self._train_for_a_slice(trainer)
        self._after_slice(trainer)

    def _train_for_a_slice(self, trainer: Trainer) -> None:
        if self._playing and self._state.status != Status.RUNNING:
            message, detail = (None, None) if self._pause_at is None else ("moment", str(self._pause_at))
            self._publish_progress(trainer, status=Status.RUNNING, queue_position=None, message=message, detail=detail)
        trainer.begin_turn(self._permits.contended)
        self._turn_began = time.perf_counter()
        end = self._turn_began + self._permits.slice_s
        while not self._stop.is_set() and self._commands.empty:
            if time.perf_counter() >= end:
                if not self._permits.goes_on():
                    break
                end += self._permits.slice_s
            if not (self._playing or self._single_steps):
                break
            trainer.advance()
            self._single_steps = max(0, self._single_steps - 1)
            if trainer.step == self._pause_at:
                self._playing, self._pause_at = False, None
            if trainer.all_diverged or trainer.step >= self.max_steps or self._speed:
                break
        self._permits.is_short = trainer.kernels_are_short

    def _report_frame(self, frame: Frame) -> None:
        self._listener.on_frame(self.number, frame)

    def _after_slice(self, trainer: Trainer) -> None:
        has_ended = trainer.all_diverged or trainer.step >= self.max_steps
        if not self._playing or has_ended:
            self._observe_present(trainer)
        if has_ended:
            trainer.evaluate_present()
            self._playing = False
            self._publish_progress(trainer, status=Status.DIVERGED if trainer.all_diverged else Status.DONE)
        elif self._playing and trainer.busy_s > self._busy_limit:
            self._busy_limit = trainer.busy_s + self._max_busy
            self._observe_present(trainer)
            self._set_playing(False, "time_limit")
        elif not self._playing:
            self._publish_progress(trainer, status=Status.PAUSED, queue_position=None, message=None, detail=None)
        elif time.perf_counter() - self._progress.published_at > PUBLISH_S or 0 < self._speed < 1 / PUBLISH_S:
            self._publish_progress(trainer)
        if self._playing and self._speed:
            # What the step took is part of its time: at 20 steps per second there were 17.
            self._commands.sleep(max(0.0, self._turn_began + 1 / self._speed - time.perf_counter()))

    def _observe_present(self, trainer: Trainer) -> None:
        """Add the frame of the step that the run rests at, unless more single steps were asked for."""
        if self._single_steps:
            trainer.reducer.join()
            return
        with self._permits.time_slice(self._stop) as granted:
            if granted:
                trainer.evaluate_present()
                trainer.observe_present()

    def _publish_progress(self, trainer: Trainer, **changes: object) -> None:
        """Publish the step, the rates and the hashes."""
        now = time.perf_counter()
        rate = self._progress.steps_per_s(trainer.step, now)
        self._progress = _Progress(trainer.step, now)
        self._set_state(
            step=trainer.step,
            steps_per_s=rate if self._playing else 0.0,
            capture_share=trainer.capture_schedule.spent / trainer.busy_s if trainer.busy_s else 0.0,
            diverged=tuple(trainer.diverged),
            batches_hashes=tuple(twin.batches_hash for twin in trainer.twins),
            engines=tuple((twin.engine.name, twin.engine.refusal) for twin in trainer.twins if twin.engine is not None),
            **changes,
        )

    def _set_state(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]
        self._listener.on_state_change(self.number, self._state)

    def _new_thread(self) -> Thread:
        return Thread(target=self._work, name=f"bnviz-run-{self.number}", daemon=True)

    def _play(self, until: int | None) -> None:
        """Train without end, or to a step; that step may be reached already."""
        if until is None or until > self._require_trainer().step:
            self._pause_at = until
            self._set_playing(True)

    def _park(self) -> None:
        self._is_parking = True
        if self._playing:
            self._pause(None)

    def _unpark(self) -> None:
        self._is_parking = False

    def _set_playing(self, playing: bool, message: str | None = None) -> None:
        if self._state.status.is_ended:
            return
        self._playing = playing
        if not playing:
            self._pause_at = None
        # The time of a pause is not training time.
        self._progress = replace(self._progress, published_at=time.perf_counter())
        if not playing:
            self._single_steps = 0
            self._set_state(status=Status.PAUSED, queue_position=None, message=message, detail=None)
            self._publish_progress(self._require_trainer())

    def _pause(self, message: str | None) -> None:
        """Pause after one final captured step, so that the frame shown matches the weights."""
        if self._state.status == Status.RUNNING and message is None:
            self._add_single_step()
        else:
            self._set_playing(False, message)

    def _add_single_step(self) -> None:
        self._playing, self._pause_at = False, None
        self._single_steps += 1
        self._require_trainer().capture_schedule.capture_now()

    def _change_rates(self, rates: dict[str, Value]) -> None:
        self._require_trainer().change_rates(rates)
        self._set_state()

    def _set_speed(self, steps_per_s: float) -> None:
        self._speed = max(0.0, min(steps_per_s, 1000.0))
        self._set_state(speed=self._speed)

    def _set_capture_rate(self, rate: float) -> None:
        self._require_trainer().capture_schedule.rate = max(0.5, min(rate, 60.0))

    def _require_trainer(self) -> Trainer:
        if self._trainer is None:
            raise RuntimeError("the arms are not built yet")
        return self._trainer
