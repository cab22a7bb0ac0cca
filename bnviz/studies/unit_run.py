"""UnitRun: one unit being trained and evaluated; stops between two steps and goes on from there."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bnviz.config import Experiment
from bnviz.data import Dataset
from bnviz.studies.checkpoint import load_state, restore_twin, save_state, twin_state
from bnviz.studies.files import finite
from bnviz.studies.records import UnitResult
from bnviz.studies.samples import balanced
from bnviz.studies.study import Finished, More, Trained, Unit
from bnviz.training.device import resolve_device
from bnviz.training.evaluate import loss_and_accuracy
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

TRAIN_EVALUATED = 2000
CHECKPOINT_EVERY_S = 30.0
StepsDone = Callable[[int], None]


class Stopped(Exception):
    """Somebody asked to stop; what was done so far is kept."""


def evaluation_steps(steps: int, points: int, spacing: str) -> list[int]:
    """Return at which numbers of updates a unit is evaluated: 0, up to ``points`` more, the last one."""
    shares = [k / points for k in range(1, points + 1)]
    if spacing == "log":
        return sorted({0, *(max(1, round(steps**share)) for share in shares), steps})
    return sorted({0, *(round(steps * share) for share in shares), steps})


class UnitRun:
    """One unit at work; no thread of its own.

    Args:
        unit: what to train.
        dataset: on what, already cut to the study's limits.
    """

    def __init__(self, unit: Unit, dataset: Dataset) -> None:
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

    def run(self, stop: threading.Event, progress: StepsDone, checkpoint: Path | None, every_s: float) -> None:
        """Train to the last step, or to divergence; raises Stopped after keeping a checkpoint."""
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
            self._note(loss)
            self.step += 1
            now = time.perf_counter()
            self._seconds = before + now - begun
            progress(self.step)
            stopping = stop.is_set()  # asked once: it may be set at any moment
            if checkpoint is not None and (stopping or now - saved >= every_s):
                save_state(self.state(), checkpoint)
                saved = now
            if stopping:
                raise Stopped
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
        """Go on from a state of the same unit."""
        restore_twin(self.twin, state, state["step"])
        self.step = state["step"]
        self._curves = {name: list(values) for name, values in state["curves"].items()}
        self._loss_sum, self._loss_count = state["loss"]
        self._seconds, self._stepping_s = state["times"]

    def finish(self) -> Finished:
        """Measure the trained net and return the unit's result."""
        begun = time.perf_counter()
        unit, diverged = self.unit, self.twin.diverged_at
        train = test = None
        more = More({})
        if diverged is None:
            kept = balanced(self._data.y.cpu(), TRAIN_EVALUATED).to(self._data.x.device)
            train = loss_and_accuracy(self.twin.net, self._data.x[kept], self._data.y[kept])[1]
            test = loss_and_accuracy(self.twin.net, self._x_test, self._y_test)[1]
            if unit.procedure is not None:
                trained = Trained(unit, self.twin, self.dataset, self._data.x, self._x_test, self._y_test)
                more = unit.procedure(trained)
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
            extras=more.extras,
        )
        return Finished(result, more.kept)

    def _evaluate_if_due(self) -> None:
        done = self._curves["steps"]
        if self.step not in self._times or (done and done[-1] == self.step):
            return
        loss, accuracy = loss_and_accuracy(self.twin.net, *self._curve_data)
        mean = self._loss_sum / self._loss_count if self._loss_count else math.nan
        for name, value in zip(self._curves, (self.step, mean, loss, accuracy), strict=True):
            self._curves[name].append(value)
        self._loss_sum, self._loss_count = 0.0, 0

    def _note(self, loss: float) -> None:
        if self.step == 0:
            self._curves["train"][0] = loss
        self._loss_sum += loss
        self._loss_count += 1


def run_unit(
    unit: Unit,
    dataset: Dataset,
    stop: threading.Event | None = None,
    progress: StepsDone = lambda step: None,
    folder: Path | None = None,
    every_s: float = CHECKPOINT_EVERY_S,
) -> Finished:
    """Train and evaluate one unit; goes on from its checkpoint where there is one.

    Args:
        unit: what to train.
        dataset: on what, already cut to the study's limits.
        stop: once set, the unit stops after the step at hand.
        progress: told the updates made, after each.
        folder: where its checkpoint is kept meanwhile; none is kept without.
        every_s: seconds between two checkpoints.

    Raises:
        Stopped: ``stop`` was set; the checkpoint holds what was done.
    """
    run = UnitRun(unit, dataset)
    checkpoint = None if folder is None else folder / f"{unit.key}.pt"
    if checkpoint is not None and (state := load_state(checkpoint, unit.key)) is not None:
        run.restore(state)
    run.run(stop or threading.Event(), progress, checkpoint, every_s)
    return run.finish()
