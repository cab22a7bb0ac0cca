"""Run: one background thread that owns an experiment's arms and steps them in turn. Knows no Streamlit."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from itertools import count
from threading import Event, Thread, current_thread

from bnviz.config import Experiment, InputError, Value
from bnviz.data import Dataset
from bnviz.telemetry.history import History
from bnviz.telemetry.records import Frame
from bnviz.training import state
from bnviz.training.arms import ArmsAtWork
from bnviz.training.listener import RunListener
from bnviz.training.loop import Sighting
from bnviz.training.mailbox import Mailbox
from bnviz.training.memory import give_back
from bnviz.training.permits import SLICE_S, Admission, Permits
from bnviz.training.reducer import Reducer
from bnviz.training.state import Checkpoint, RunState

log = logging.getLogger(__name__)

MAX_STEPS = 50_000
MAX_BUSY_S = 1800.0
"""A run that has computed for half an hour is paused: nobody watches that long without a click."""

_numbers = count(1)


class Run:
    """Trains an experiment's arms in a thread of its own.

    Args:
        experiment: what to train.
        load: returns the data set; called in the thread, so that nobody waits for it.
        listener: hears of frames and changes.
        permits: time slices.
        admission: the queue of runs.
        max_steps: the run is done after that many updates.
        max_busy_s: the run pauses after that much computing.
        reducer: turns what was seen into frames, in its own thread; None does it in the run's.
    """

    def __init__(
        self,
        experiment: Experiment,
        load: Callable[[], Dataset],
        listener: RunListener,
        permits: Permits,
        admission: Admission,
        max_steps: int = MAX_STEPS,
        max_busy_s: float = MAX_BUSY_S,
        reducer: Reducer | None = None,
    ) -> None:
        self.experiment = experiment
        self.max_steps = max_steps
        self._load = load
        self._listener = listener
        self._permits = permits
        self._admission = admission
        self._reducer = reducer
        self._reducing: Future[None] | None = None
        self._reduce_s = 0.0
        self._busy_limit = max_busy_s
        self._max_busy = max_busy_s
        self._stop = Event()
        self._mail = Mailbox(self._stop)
        self._playing = False
        self._single_steps = 0
        self._speed = 0.0
        self._arms: ArmsAtWork | None = None
        self._state = RunState(state.IDLE)
        self._rate = (0.0, 0, 0.0)
        self.number = next(_numbers)
        self._thread = Thread(target=self._work, name=f"bnviz-run-{self.number}", daemon=True)

    # -- from any thread -------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread: it builds the arms, observes step 0 and waits for ``play``."""
        self._thread.start()

    def play(self) -> None:
        """Train until told otherwise."""
        self._mail.post(lambda: self._set_playing(True))

    def pause(self, message: str | None = None) -> None:
        """Stop training between two steps; the arms stay."""
        self._mail.post(lambda: self._rest(message))

    def step_once(self) -> None:
        """Make a single update."""
        self._mail.post(self._add_single_step)

    def change(self, rates: dict[str, Value]) -> None:
        """Change lr, sgd_momentum or weight_decay between two steps."""
        self._mail.post(lambda: self._change(rates))

    def set_speed(self, steps_per_s: float) -> None:
        """Limit the steps a second; 0 is as fast as it goes."""
        self._mail.post(lambda: self._set_speed(steps_per_s))

    def set_capture_rate(self, rate: float) -> None:
        """Choose how many frames a second are wanted."""
        self._mail.post(lambda: self._set_capture_rate(rate))

    def checkpoint(self, timeout_s: float = 10.0) -> Checkpoint | None:
        """Return copies taken between two steps, None when there are no arms or the run was too busy."""
        answer: Future[Checkpoint] = Future()
        self._mail.post(lambda: answer.set_result(self._require_arms().checkpoint()))
        deadline = time.monotonic() + timeout_s
        while self._thread.is_alive():  # it may end without having read this
            try:
                return answer.result(min(0.1, timeout_s))
            except TimeoutError:
                if time.monotonic() >= deadline:
                    return None
        return None if self._arms is None else self._arms.checkpoint()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """End the thread; safe to call twice, from anywhere. Returns whether it has ended."""
        self._stop.set()
        self._permits.wake()
        self._mail.wake()
        if self._thread.is_alive() and self._thread is not current_thread():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def state(self) -> RunState:
        """What the run says of itself."""
        return self._state

    @property
    def history(self) -> History | None:
        """What was observed, None until the arms are built."""
        return None if self._arms is None else self._arms.history

    @property
    def step(self) -> int:
        """Updates made so far."""
        return 0 if self._arms is None else self._arms.step

    @property
    def alive(self) -> bool:
        """Whether the thread is still there."""
        return self._thread.is_alive()

    # -- in the thread ---------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            self._arms = ArmsAtWork(self.experiment, self._load(), self.max_steps)
            self._arms.deliver = self._deliver
            self._arms.cost_beside = self._cost_beside
            self._arms.ready = lambda: self._reducing is None or self._reducing.done()
            give_back()
            self._tell(weights_hashes=tuple(twin.weights_hash for twin in self._arms.twins))
            self._listener.began(self)
            while not self._stop.is_set():
                self._mail.read()
                self._one_turn(self._arms)
        except InputError as error:
            self._tell(status=state.FAILED, message="bad_input", detail=str(error))
        except Exception as error:  # the thread's last line of defence: shown, logged, never swallowed
            log.exception("run %d failed", self.number)
            self._tell(status=state.FAILED, message="crashed", detail=f"{type(error).__name__}: {error}")
        finally:
            self._admission.leave(self)

    def _one_turn(self, arms: ArmsAtWork) -> None:
        """Wait for something to do, or compute for one slice."""
        if not (self._playing or self._single_steps) or self._state.status in state.ENDED:
            self._admission.leave(self)
            self._mail.sleep(None)
            return
        self._admission.enter(self)
        if not self._admission.wait_turn(self, 0.2):
            self._tell(status=state.QUEUED, queue_place=self._admission.place(self))
            return
        with self._permits.slice(self._stop) as granted:
            if granted:
                self._slice(arms)
        self._after_slice(arms)

    def _slice(self, arms: ArmsAtWork) -> None:
        if self._playing and self._state.status != state.RUNNING:
            self._report(arms, status=state.RUNNING, queue_place=None, message=None, detail=None)
        end = time.perf_counter() + SLICE_S
        while not self._stop.is_set() and self._mail.empty and time.perf_counter() < end:
            if not (self._playing or self._single_steps):
                break
            arms.advance()
            self._single_steps = max(0, self._single_steps - 1)
            if arms.all_diverged or arms.step >= self.max_steps or self._speed:
                break

    def _deliver(self, seen: Sighting) -> Frame | None:
        """Have a sighting reduced beside the run; the one before it is done with (``ready`` saw to that)."""
        self._join_reducer()
        if self._reducer is None:
            self._reduce(seen)
        else:
            self._reducing = self._reducer.submit(lambda: self._reduce(seen))
        return None

    def _reduce(self, seen: Sighting) -> None:
        started = time.thread_time()
        self._listener.framed(self, self._require_arms().keep(seen))
        self._reduce_s = time.thread_time() - started

    def _cost_beside(self) -> float:
        """Seconds that the last frame took beside the run, when somebody was waiting for that core."""
        return self._reduce_s if self._permits.contended else 0.0

    def _join_reducer(self) -> None:
        """Wait for the frame under way; an error in there is an error of the run."""
        if self._reducing is not None:
            self._reducing.result()
            self._reducing = None

    def _after_slice(self, arms: ArmsAtWork) -> None:
        if not self._playing or arms.all_diverged or arms.step >= self.max_steps:
            self._join_reducer()
        if arms.all_diverged or arms.step >= self.max_steps:
            arms.evaluate()
            self._playing = False
            self._report(arms, status=state.DIVERGED if arms.all_diverged else state.DONE)
        elif self._playing and arms.busy_s > self._busy_limit:
            self._busy_limit = arms.busy_s + self._max_busy
            self._set_playing(False, "time_limit")
        elif not self._playing:
            self._report(arms, status=state.PAUSED, queue_place=None)
        elif time.perf_counter() - self._rate[2] > 0.25:
            self._report(arms)
        if self._playing and self._speed:
            self._mail.sleep(1 / self._speed)

    def _report(self, arms: ArmsAtWork, **changes: object) -> None:
        """Publish step counter, rates and hashes."""
        now = time.perf_counter()
        _, step, when = self._rate
        rate = (arms.step - step) / (now - when) if when and now > when else 0.0
        self._rate = (rate, arms.step, now)
        self._tell(
            step=arms.step,
            steps_per_s=rate if self._playing else 0.0,
            capture_share=arms.captures.spent / arms.busy_s if arms.busy_s else 0.0,
            diverged=tuple(arms.diverged),
            batches_hashes=tuple(twin.batches_hash for twin in arms.twins),
            **changes,
        )

    def _tell(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]
        self._listener.changed(self)

    def _set_playing(self, playing: bool, message: str | None = None) -> None:
        if self._state.status in state.ENDED:
            return
        self._playing = playing
        self._rate = (0.0, self._rate[1], time.perf_counter())  # the pause is no training time
        if not playing:
            self._single_steps = 0
            self._tell(status=state.PAUSED, queue_place=None, message=message, detail=None)
            self._report(self._require_arms())

    def _rest(self, message: str | None) -> None:
        """Pause; a run under way makes one more, observed step first, so that it rests on what is shown."""
        if self._state.status == state.RUNNING and message is None:
            self._add_single_step()
        else:
            self._set_playing(False, message)

    def _add_single_step(self) -> None:
        self._playing = False
        self._single_steps += 1
        self._require_arms().captures.hasten()

    def _change(self, rates: dict[str, Value]) -> None:
        self._require_arms().change(rates)
        self._tell()

    def _set_speed(self, steps_per_s: float) -> None:
        self._speed = max(0.0, min(steps_per_s, 1000.0))
        self._tell(speed=self._speed)

    def _set_capture_rate(self, rate: float) -> None:
        self._require_arms().captures.rate = max(0.5, min(rate, 60.0))

    def _require_arms(self) -> ArmsAtWork:
        if self._arms is None:
            raise RuntimeError("the arms are not built yet")
        return self._arms
