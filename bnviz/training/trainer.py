"""Trainer: all arms of an experiment, their data and their history; no thread of its own."""

from __future__ import annotations

import time

import torch

from bnviz.config import LIVE_FIELDS, Experiment, Value, format_value
from bnviz.data import Dataset
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.records import Frame, Mark
from bnviz.training.describe import describe
from bnviz.training.device import resolve_device
from bnviz.training.evaluated import evaluated_part
from bnviz.training.loop import NAN, Snapshot, TrainingData, train_steps
from bnviz.training.reducer import FrameReducer, InlineReducer
from bnviz.training.schedule import Schedule, TimeBudgetSchedule
from bnviz.training.state import Checkpoint, Divergence
from bnviz.training.trajectory import TrajectoryLog
from bnviz.training.twins import Twin, build_twins

CAPTURES_PER_S = 30.0
CAPTURE_SHARE = 0.06
EVALUATION_SHARE = 0.02
EVALUATIONS_PER_S = 4.0


class Trainer:
    """All arms of an experiment, their data and their history.

    Args:
        experiment: what to train.
        dataset: on what.
        max_steps: written into the history's description.
        capture_schedule: when to capture a frame; by the clock unless given.
        evaluation_schedule: when to evaluate on the test data; by the clock unless given.
        reducer: turns snapshots into frames; in this thread unless given.

    Attributes:
        step: updates made so far.
        diverged: arms whose numbers stopped being finite, in that order.
        busy_s: seconds spent computing.
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
        device = resolve_device(experiment.base.device)
        self.twins = build_twins(experiment, dataset, device)
        self.history = RunHistory(describe(experiment, dataset, self.twins, device, max_steps))
        self.capture_schedule = capture_schedule or TimeBudgetSchedule(CAPTURES_PER_S, CAPTURE_SHARE)
        self.reducer = reducer or InlineReducer()
        self.step = 0
        self._last = max_steps - 1
        self.diverged: list[Divergence] = []
        self.busy_s = 0.0
        self._plain_s = 0.0
        self._data = TrainingData.of(dataset, device)
        self._test = evaluated_part(dataset, experiment.base.net, device)
        self._evaluation_schedule = evaluation_schedule or TimeBudgetSchedule(EVALUATIONS_PER_S, EVALUATION_SHARE)
        self._path = TrajectoryLog([twin.net for twin in self.twins])
        first = first_frame(experiment, dataset, device)
        self.history.add_frame(first)
        self._steps = train_steps(self.twins, self._data, self._wanted, self._last_test, first.arms)

    def advance(self) -> Frame | None:
        """Make one update of every arm; returns the frame if one was captured."""
        started = time.perf_counter()
        if self._evaluation_schedule.is_due(self.step, started):
            self.evaluate()
            self._evaluation_schedule.record_cost(started, time.perf_counter() - started)
        begun = time.perf_counter()
        result = next(self._steps, None)
        if result is None:
            return None
        now = time.perf_counter()
        self.history.add_losses(result.losses)
        for arm in result.diverged:
            self._note_divergence(arm)
        self._note_insertions()
        frame = None
        if result.snapshot is None:
            self._plain_s = now - begun if self._plain_s == 0 else 0.95 * self._plain_s + 0.05 * (now - begun)
        else:
            frame = self._submit(result.snapshot)
            self._path.offer(self.step + 1, [twin.net for twin in self.twins])
            cost = max(0.0, time.perf_counter() - begun - self._plain_s)
            self.capture_schedule.record_cost(begun, cost + self.reducer.offloaded_cost_s)
        self.step += 1
        self.busy_s += time.perf_counter() - started
        return frame

    def evaluate(self) -> None:
        """Evaluate every living arm on the test data and keep the result."""
        for arm, twin in enumerate(self.twins):
            if twin.diverged_at is None:
                self.history.add_evaluation(arm, self.step, *twin.evaluate(*self._test))

    def change(self, rates: dict[str, Value]) -> None:
        """Change lr, sgd_momentum or weight_decay of every arm whose rate is not its own distinction."""
        for name in rates:
            if name not in LIVE_FIELDS:
                raise ValueError(f"{name} cannot change while a run trains")
        experiment = self.history.experiment
        for twin, changes in zip(self.twins, experiment.arms, strict=True):
            own = dict(changes)
            twin.change(twin.config.with_fields(**{k: v for k, v in rates.items() if k not in own}))
        for name, value in rates.items():
            self.history.add_mark(Mark(self.step, "changed", f"{name}={format_value(value)}"))

    def checkpoint(self) -> Checkpoint:
        """Copy all weights and where they have been."""
        states = tuple({k: v.detach().cpu().clone() for k, v in t.net.state_dict().items()} for t in self.twins)
        return Checkpoint(self.step, tuple(twin.config for twin in self.twins), states, self._path.snapshot())

    @property
    def all_diverged(self) -> bool:
        """Whether no arm is left to train."""
        return all(twin.diverged_at is not None for twin in self.twins)

    def _wanted(self, step: int) -> bool:
        # Step 0 was observed beforehand; the last one shows how it ended.
        if step == 0 or step == self._last:
            return step > 0
        return self.reducer.idle and self.capture_schedule.is_due(step, time.perf_counter())

    def _submit(self, snapshot: Snapshot) -> Frame | None:
        """Have a snapshot reduced and its frame kept, in whatever thread the reducer uses."""

        def reduce() -> Frame:
            frame = snapshot.frame()
            self.history.add_frame(frame)
            return frame

        return self.reducer.submit(reduce)

    def _last_test(self, arm: int) -> tuple[float, float]:
        last = self.history.last_evaluation(arm)
        return (NAN, NAN) if last is None else last[1:]

    def _note_divergence(self, arm: int) -> None:
        twin: Twin = self.twins[arm]
        if twin.diverged_at is not None:
            step, layer = twin.diverged_at
            self.diverged.append(Divergence(arm, layer, step))
            self.history.add_mark(Mark(step, "diverged", layer, arm))

    def _note_insertions(self) -> None:
        for arm, twin in enumerate(self.twins):
            if 0 < twin.config.norm_from == self.step and twin.config.norm != "none":
                self.history.add_mark(Mark(self.step, "changed", f"norm={twin.config.norm}", arm))


def first_frame(experiment: Experiment, dataset: Dataset, device: torch.device) -> Frame:
    """Observe the untrained arms on their first batch; on throw-away twins, so that no batch is used up."""
    twins = build_twins(experiment, dataset, device)
    test = evaluated_part(dataset, experiment.base.net, device)
    steps = train_steps(
        twins, TrainingData.of(dataset, device), lambda step: True, lambda arm: twins[arm].evaluate(*test)
    )
    frame = next(steps).frame
    assert frame is not None  # the first step was asked to be observed
    return frame
