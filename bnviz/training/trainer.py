"""Trainer: all arms of an experiment with their data and their history; it has no thread of its own."""

from __future__ import annotations

import math
import time
from functools import partial

from bnviz.config import LIVE_FIELDS, Experiment, Value, format_value
from bnviz.data import Dataset
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.records import Frame, Mark
from bnviz.telemetry.transfer import fetch
from bnviz.training.describe import describe
from bnviz.training.device_trial import choose_device
from bnviz.training.evaluate import evaluated_part
from bnviz.training.kernel_size import kernels_are_short
from bnviz.training.loop import Snapshot, TrainingData, train_steps
from bnviz.training.observed_copies import first_frame, next_snapshot
from bnviz.training.plain_steps import PlainSteps
from bnviz.training.reducer import FrameReducer, InlineReducer
from bnviz.training.schedule import MilestoneSchedule, Schedule, TimeBudgetSchedule
from bnviz.training.state import Checkpoint, Divergence
from bnviz.training.trajectory import TrajectoryLog
from bnviz.training.twins import Twin, build_twins

CAPTURES_PER_S = 33.0
CAPTURE_SHARE, SHARED_CAPTURE_SHARE = 0.06, 0.12
"""Largest share of all time that frames take; the second one while anything waits for a permit. Beside twelve
tasks, a frame counts 5 to 8 ms: caches are cold, and what reduces it takes the core that another one waits for."""
CAPTURE_OWN_SHARE = 0.6
"""Largest share of the seconds that its thread has of a core. It binds where others leave a run less than a fifth of
one: in a class of 20, each has a thirtieth, and five frames per second, at the first steps of turns, take half."""
EVALUATION_SHARE = 0.02
EVALUATION_OWN_SHARE = 0.06
"""Largest share of the seconds that its thread has of a core. An evaluation takes as long as five steps, and twenty
runs with 2 % of all time each evaluated during 40 % of it."""
EVALUATIONS_PER_S = 4.0
EVALUATED_EARLY = (0, 1, 2, 5, 10, 20, 50, 100, 200)
"""Steps at which a run is evaluated in any case."""


class Trainer:
    """All arms of an experiment with their data and their history.

    Args:
        experiment: the experiment to train.
        dataset: the data to train on.
        max_steps: most updates of the run; the last step is always captured.
        capture_schedule: decides when a frame is captured; by default within a budget of time.
        evaluation_schedule: decides when the arms are evaluated on the test data; by default within a budget of time.
        reducer: reduces snapshots to frames; by default in the calling thread.

    Attributes:
        step: number of updates so far.
        diverged: arms whose numbers stopped being finite, in the order in which that happened.
        busy_s: seconds of computing so far.
    """

    def __init__(
        self,
        experiment: Experiment,
        dataset: Dataset,
        max_steps: int,
        capture_schedule: Schedule | None = None,
        evaluation_schedule: Schedule | None = None,
        reducer: FrameReducer | None = None,
    ) -> None:
        choice = choose_device(experiment, dataset)
        device = choice.device
        self.twins = build_twins(experiment, dataset, device)
        self.history = RunHistory(describe(experiment, dataset, self.twins, choice, max_steps))
        # On a CPU, time in which another program had the core does not count as a cost.
        self._is_on_cpu = device.type == "cpu"
        self._clock = time.thread_time if self._is_on_cpu else time.perf_counter
        self._budget = TimeBudgetSchedule(CAPTURES_PER_S, CAPTURE_SHARE, self._clock, CAPTURE_OWN_SHARE)
        self.capture_schedule = capture_schedule or self._budget
        self.reducer = reducer or InlineReducer()
        self.step = 0
        self._last_step = max_steps - 1
        self.diverged: list[Divergence] = []
        self.busy_s = 0.0
        self._plain_steps = PlainSteps()
        self._sample = dataset.input_shape, dataset.n_classes
        self._are_short: bool | None = None
        self._begins_turn = self._has_observed = False
        self._data = TrainingData.of(dataset, device)
        self._build_copies = partial(build_twins, experiment, dataset, device)
        self._observed_ahead = 0
        self._test_data = evaluated_part(dataset, experiment.base.net, device)
        self._evaluation_schedule = evaluation_schedule or MilestoneSchedule(
            EVALUATED_EARLY, TimeBudgetSchedule(EVALUATIONS_PER_S, EVALUATION_SHARE, self._clock, EVALUATION_OWN_SHARE)
        )
        self._trajectory = TrajectoryLog([twin.net for twin in self.twins])
        first = first_frame(experiment, dataset, device)
        self.history.add_frame(first)
        self._steps = train_steps(self.twins, self._data, self._wanted, self._last_evaluation, first.arms)

    def begin_turn(self, others_wait: bool = False) -> None:
        """Note that other runs may have computed since the last step: the next one finds the caches full of theirs.

        Args:
            others_wait: whether another thread waits for a permit, see ``SHARED_CAPTURE_SHARE``.
        """
        self._begins_turn = True
        self._budget.share = SHARED_CAPTURE_SHARE if others_wait else CAPTURE_SHARE

    def advance(self) -> Frame | None:
        """Make one update of each arm; returns the frame if one was captured and is reduced already."""
        started = time.perf_counter()
        if self._evaluation_schedule.is_due(self.step, started):
            before = self._clock()
            self.evaluate()
            self._evaluation_schedule.record_cost(started, self._clock() - before)
        step_started, before, is_settled = time.perf_counter(), self._clock(), self._is_settled
        result = next(self._steps, None)
        if result is None:
            return None
        self.history.add_losses(result.losses)
        for arm in result.diverged:
            self._note_divergence(arm)
        self._note_insertions()
        frame = None
        if result.snapshot is None:
            self._plain_steps.note(self._clock() - before, self._begins_turn, is_settled)
        else:
            frame = self._submit(result.snapshot)
            self._trajectory.offer(self.step + 1, [twin.net for twin in self.twins])
            cost = self._plain_steps.added_s(self._clock() - before, self._begins_turn)
            # The first one prepares what later ones use; on a GPU, a few are made kernel by kernel and one is recorded.
            is_typical, self._has_observed = is_settled and self._has_observed, True
            self.capture_schedule.record_cost(step_started, cost + self.reducer.offloaded_cost_s, is_typical)
        self._begins_turn = False
        self.step += 1
        self.busy_s += time.perf_counter() - started
        return frame

    def observe_present(self) -> None:
        """Add the frame of the present step, so that arms at rest show the weights that they rest at.

        It is the frame that the next step would give; that step is not observed again.
        """
        self.reducer.join()
        newest = self.history.nearest(self.step)
        if self.all_diverged or newest is None or newest.step == self.step:
            return
        snapshot = next_snapshot(
            self.twins, self._build_copies(), self._data, self.step, self._last_evaluation, newest.arms
        )
        if snapshot is not None:
            self._observed_ahead = self.step
            self._submit(snapshot)
            self._trajectory.offer(self.step, [twin.net for twin in self.twins])
            self.reducer.join()

    def evaluate(self) -> None:
        """Evaluate each arm that has not diverged on the test data, and add the result to the history."""
        for arm, twin in enumerate(self.twins):
            if twin.diverged_at is None:
                self.history.add_evaluation(arm, self.step, *twin.evaluate(*self._test_data))

    def evaluate_present(self) -> None:
        """Evaluate the arms where that has not been done at this step: a run that rests shows its own accuracy."""
        newest = [self.history.last_evaluation(arm) for arm, twin in enumerate(self.twins) if twin.diverged_at is None]
        if any(last is None or last[0] != self.step for last in newest):
            self.evaluate()

    def change_rates(self, rates: dict[str, Value]) -> None:
        """Change lr, sgd_momentum or weight_decay of each arm that does not set this rate itself."""
        for name in rates:
            if name not in LIVE_FIELDS:
                raise ValueError(f"{name} cannot change while a run trains")
        experiment = self.history.experiment
        for twin, changes in zip(self.twins, experiment.arms, strict=True):
            own = dict(changes)
            twin.change_rates(twin.config.with_fields(**{k: v for k, v in rates.items() if k not in own}))
        for name, value in rates.items():
            self.history.add_mark(Mark(self.step, "changed", f"{name}={format_value(value)}"))

    def checkpoint(self) -> Checkpoint:
        """Return copies of all weights, and the path of the weights so far."""
        states = [twin.net.state_dict() for twin in self.twins]
        there = iter(fetch([value for state in states for value in state.values()]))
        copies = tuple({name: next(there).clone() for name in state} for state in states)
        return Checkpoint(self.step, tuple(twin.config for twin in self.twins), copies, self._trajectory.snapshot())

    @property
    def all_diverged(self) -> bool:
        """Whether no arm is left to train."""
        return all(twin.diverged_at is not None for twin in self.twins)

    def _wanted(self, step: int) -> bool:
        if step == self._observed_ahead:  # step 0, and where the arms rested
            return False
        if step == self._last_step:  # it shows the result
            return True
        return self.reducer.idle and self.capture_schedule.is_due(step, time.perf_counter())

    def _submit(self, snapshot: Snapshot) -> Frame | None:
        """Reduce a snapshot and add its frame to the history, where the reducer does so."""
        return self.reducer.submit(snapshot, self.history.add_frame, self.kernels_are_short)

    @property
    def _is_settled(self) -> bool:
        """Whether later steps will cost as much as the next one: nothing is still to be recorded."""
        return all(twin.engine is None or twin.engine.is_settled for twin in self.twins if twin.diverged_at is None)

    @property
    def kernels_are_short(self) -> bool:
        """Whether two threads would hand Python's lock to and fro more than they compute, see ``kernel_size``.

        Measured with five hidden layers of 100 units on two cores that nothing else needs, where Python called each
        kernel: a second thread makes 34 frames per second and slows training by 6 to 15 %; without it, the run can
        afford 10 to 14.
        """
        if self._are_short is None:
            training = [twin.config for twin in self.twins if twin.diverged_at is None]
            self._are_short = self._is_on_cpu and kernels_are_short(training, *self._sample)
        return self._are_short

    def _last_evaluation(self, arm: int) -> tuple[float, float]:
        last = self.history.last_evaluation(arm)
        return (math.nan, math.nan) if last is None else last[1:]

    def _note_divergence(self, arm: int) -> None:
        twin: Twin = self.twins[arm]
        if twin.diverged_at is not None:
            step, layer = twin.diverged_at
            self._are_short = None
            self.diverged.append(Divergence(arm, layer, step))
            self.history.add_mark(Mark(step, "diverged", layer, arm))

    def _note_insertions(self) -> None:
        for arm, twin in enumerate(self.twins):
            if 0 < twin.config.norm_from == self.step and twin.config.norm != "none":
                self.history.add_mark(Mark(self.step, "changed", f"norm={twin.config.norm}", arm))
