"""StudyRunner: trains and evaluates one unit; it can stop between two steps and resume from there."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bnviz.config import Experiment
from bnviz.data import Dataset
from bnviz.files.checksum import put_aside
from bnviz.studies.checkpoint import AGAIN, load_state, save_state
from bnviz.studies.files import finite
from bnviz.studies.records import UnitResult
from bnviz.studies.samples import balanced
from bnviz.studies.study import ExtraMetrics, StudyRun, TrainedUnit, UnitOutput
from bnviz.training.device import resolve_device
from bnviz.training.evaluate import loss_and_accuracy
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twin_state import restore_twin, twin_state
from bnviz.training.twins import build_twins

TRAIN_EVALUATED = 2000
CHECKPOINT_EVERY_S = 30.0
StepCallback = Callable[[int], None]


class StudyStopped(Exception):
    """The study was asked to stop; finished units and checkpoints are kept."""


def evaluation_steps(steps: int, points: int, spacing: str) -> list[int]:
    """Return at which numbers of updates a unit is evaluated: 0, up to ``points`` more, the last one."""
    shares = [k / points for k in range(1, points + 1)]
    if spacing == "log":
        return sorted({0, *(max(1, round(steps**share)) for share in shares), steps})
    return sorted({0, *(round(steps * share) for share in shares), steps})


class StudyRunner:
    """Trains one unit in the calling thread.

    Args:
        unit: the recipe.
        dataset: the data, already cut to the study's limits.
    """

    def __init__(self, unit: StudyRun, dataset: Dataset) -> None:
        device = resolve_device(unit.config.device)
        self.unit, self.dataset, self.step = unit, dataset, 0
        (self.twin,) = build_twins(Experiment(unit.config, ((),)), dataset, device)
        self._data = TrainingData.of(dataset, device)
        self._x_test, self._y_test = dataset.x_test.flatten(1).to(device), dataset.y_test.to(device)
        curve = balanced(dataset.y_test, unit.n_curve).to(device)
        self._curve_data = self._x_test[curve], self._y_test[curve]
        self._times = set(evaluation_steps(unit.steps, unit.evaluations, unit.spacing))
        self._clock = time.thread_time if device.type == "cpu" else time.perf_counter
        self._curves: dict[str, list[Any]] = {n: [] for n in ("steps", "train", "loss", "accuracy")}
        self._loss_sum, self._loss_count = 0.0, 0
        self._seconds = self._stepping_s = 0.0

    def run(self, stop: threading.Event, on_step: StepCallback, checkpoint: Path | None, every_s: float) -> None:
        """Train to the last step, or to divergence; raises StudyStopped after keeping a checkpoint."""
        steps = train_steps((self.twin,), self._data, start=self.step)
        begun = saved = time.perf_counter()
        before = self._seconds
        while self.step < self.unit.steps:
            self._evaluate_if_due()
            started = self._clock()
            loss = next(steps).losses[0]
            self._stepping_s += self._clock() - started
            if loss is None or self.twin.diverged_at is not None:
                break
            self._record_loss(loss)
            self.step += 1
            now = time.perf_counter()
            self._seconds = before + now - begun
            on_step(self.step)
            stopping = stop.is_set()  # read once: it may be set at any moment
            if checkpoint is not None and (stopping or now - saved >= every_s):
                save_state(self.state(), checkpoint)
                saved = now
            if stopping:
                raise StudyStopped
        self._evaluate_if_due()
        self._seconds = before + time.perf_counter() - begun

    def state(self) -> dict[str, Any]:
        """Return all that the rest of the unit depends on, as tensors and plain values."""
        return {
            "key": self.unit.key,
            "step": self.step,
            "curves": {name: list(values) for name, values in self._curves.items()},
            "loss": [self._loss_sum, self._loss_count],
            "times": [self._seconds, self._stepping_s],
            **twin_state(self.twin),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Resume from a state of the same unit."""
        restore_twin(self.twin, state)
        self.step = state["step"]
        self._curves = {name: list(values) for name, values in state["curves"].items()}
        self._loss_sum, self._loss_count = state["loss"]
        self._seconds, self._stepping_s = state["times"]

    def finish(self) -> UnitOutput:
        """Measure the trained net and return the unit's result."""
        begun = time.perf_counter()
        unit, diverged = self.unit, self.twin.diverged_at
        train = test = None
        extra = ExtraMetrics({})
        if diverged is None:
            kept = balanced(self._data.y.cpu(), TRAIN_EVALUATED).to(self._data.x.device)
            train = loss_and_accuracy(self.twin.net, self._data.x[kept], self._data.y[kept])[1]
            test = loss_and_accuracy(self.twin.net, self._x_test, self._y_test)[1]
            if unit.hook is not None:
                trained = TrainedUnit(unit, self.twin, self.dataset, self._data.x, self._x_test, self._y_test)
                extra = unit.hook.measure(trained)
        accuracies = self._curves["accuracy"]
        reached = (s for s, a in zip(self._curves["steps"], accuracies, strict=True) if a >= unit.threshold)
        result = UnitResult(
            arm=unit.arm,
            seed=unit.seed,
            key=unit.key,
            steps=tuple(self._curves["steps"]),
            train_loss=tuple(finite(value) for value in self._curves["train"]),
            test_loss=tuple(finite(value) for value in self._curves["loss"]),
            test_accuracy=tuple(finite(value) for value in accuracies),
            final_train_accuracy=None if train is None else finite(train),
            final_test_accuracy=None if test is None else finite(test),
            best_test_accuracy=finite(max(accuracies)),
            steps_to_threshold=next(reached, None),
            diverged=None if diverged is None else diverged[0],
            seconds=round(self._seconds + time.perf_counter() - begun, 2),
            step_ms=finite(1e3 * self._stepping_s / self.step, 3) if self.step else None,
            extras=extra.extras,
        )
        return UnitOutput(result, extra.payload)

    def _evaluate_if_due(self) -> None:
        done = self._curves["steps"]
        if self.step not in self._times or (done and done[-1] == self.step):
            return
        loss, accuracy = loss_and_accuracy(self.twin.net, *self._curve_data)
        mean = self._loss_sum / self._loss_count if self._loss_count else math.nan
        for name, value in zip(self._curves, (self.step, mean, loss, accuracy), strict=True):
            self._curves[name].append(value)
        self._loss_sum, self._loss_count = 0.0, 0

    def _record_loss(self, loss: float) -> None:
        if self.step == 0:
            self._curves["train"][0] = loss
        self._loss_sum += loss
        self._loss_count += 1


def run_unit(
    unit: StudyRun,
    dataset: Dataset,
    stop: threading.Event | None = None,
    on_step: StepCallback = lambda step: None,
    folder: Path | None = None,
    every_s: float = CHECKPOINT_EVERY_S,
) -> UnitOutput:
    """Train and evaluate one unit; resume from its checkpoint where there is one.

    Args:
        unit: the recipe.
        dataset: the data, already cut to the study's limits.
        stop: once set, the unit stops after the current step.
        on_step: called with the number of updates made, after each.
        folder: where its checkpoint is kept meanwhile; without a folder there is no checkpoint.
        every_s: seconds between two checkpoints.

    Raises:
        StudyStopped: ``stop`` was set; the checkpoint holds what was done.
    """
    checkpoint = None if folder is None else folder / f"{unit.key}.pt"
    runner = _resumed(unit, dataset, checkpoint)
    runner.run(stop or threading.Event(), on_step, checkpoint, every_s)
    return runner.finish()


def _resumed(unit: StudyRun, dataset: Dataset, checkpoint: Path | None) -> StudyRunner:
    """Return a runner at its checkpoint, or at step 0 where there is none or it cannot be restored."""
    runner = StudyRunner(unit, dataset)
    state = None if checkpoint is None else load_state(checkpoint, unit.key)
    if checkpoint is None or state is None:
        return runner
    try:
        runner.restore(state)
    except (KeyError, IndexError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        put_aside(checkpoint, f"found a state of another form ({type(error).__name__})", AGAIN)
        return StudyRunner(unit, dataset)
    return runner
