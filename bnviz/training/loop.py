"""The loop: a pure generator that steps all arms on the same batches, without a thread or a clock. Start here.

One step, from the thread down to the optimizer and back:

1. ``run.Run`` is a thread. It carries out pending commands (``commands``: play, pause, change a rate), waits for a
   permit to compute (``permits``), and calls ``Trainer.advance`` until its time slice ends.
2. ``trainer.Trainer`` owns the arms (``twins``: nets that start from the same weights), their data and their history.
   It evaluates the arms on the test data when that is due, then takes the next step of ``train_steps`` below.
3. ``train_steps`` draws the indices of one batch (``batches``). Arms of equal batch size share the batch.
4. It asks ``observe(step)`` whether to record this step. The trainer answers by a time budget (``schedule``), so that
   observation takes a fixed share of the time.
5. For each arm, the hooks of ``pre_step`` apply what its recipe asks for before a step: another brightness of the
   images, a scheduled learning rate, a normalization that is inserted later.
6. The arm's engine (``engines``) makes the forward pass; then the loss is read, on a GPU those of all arms together,
   and the engine makes the backward pass and the update. An observed step computes the same bits while
   ``telemetry.recorder`` keeps the outputs of every layer.
7. A loss that is not finite ends the arm. Its update is not made, so that ``divergence`` can still name the first
   layer with a number that is not finite.
8. The result is a ``Step``: the losses and, if the step was observed, a ``Snapshot`` of tensors.
9. The trainer adds the losses to the history and gives the snapshot to its ``FrameReducer`` (``reducer``), which
   turns tensors into the numbers of a ``Frame``, at once or in another thread.
10. ``Run`` reports the frame to its ``RunListener`` (``state``). In the app this is ``live.session.Session``, which
    sends it to the browsers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bnviz.data import Dataset
from bnviz.telemetry.observation import Arriving, Observation, PackedObservation
from bnviz.telemetry.records import ArmRecord, Frame
from bnviz.telemetry.reduce import reduce_observations
from bnviz.training.batches import batch_indices_on
from bnviz.training.divergence import locate_divergence
from bnviz.training.engines.choice import engine_for
from bnviz.training.engines.step_engine import StepEngine
from bnviz.training.pace import pause_point
from bnviz.training.pre_step import PreStepHook, pre_step_hook
from bnviz.training.twins import Twin

LastEvaluation = Callable[[int], tuple[float, float]]
"""Arm -> (test loss, test accuracy)."""

_Batch = tuple[Tensor, Tensor, Tensor]
"""Indices on the CPU, and the batch on the device: x (B, D) and y (B,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All arms at one step: an observation each, or the last record of an arm that diverged earlier.

    Attributes:
        step: number of updates before the step.
        arms: the observations and records.
        arriving: the observations, on their way from a GPU since the snapshot was taken.
    """

    step: int
    arms: tuple[Observation | PackedObservation | ArmRecord, ...]
    arriving: Arriving

    @classmethod
    def of(cls, step: int, arms: Sequence[Observation | PackedObservation | ArmRecord]) -> Snapshot:
        """Take a snapshot, and start the copy of what is on a GPU."""
        return cls(step, tuple(arms), Arriving([arm for arm in arms if not isinstance(arm, ArmRecord)]))

    def frame(self) -> Frame:
        """Reduce the observations to numbers; callable from any thread."""
        observations = self.arriving.wait()
        return self.with_records(reduce_observations(observations) if observations else ())

    def with_records(self, records: Iterable[ArmRecord]) -> Frame:
        """Return the frame, given what the observations were reduced to."""
        reduced = iter(records)
        arms = (arm if isinstance(arm, ArmRecord) else next(reduced) for arm in self.arms)
        return Frame(self.step, tuple(arms))


@dataclass(frozen=True, slots=True)
class Step:
    """The result of one lock-step of all arms.

    Attributes:
        step: number of updates before this one.
        losses: training loss of each arm on this step's batch; None once an arm has diverged.
        snapshot: the observations, not reduced yet; None if the step was not observed.
        diverged: arms whose loss stopped being finite in this step.
    """

    step: int
    losses: tuple[float | None, ...]
    snapshot: Snapshot | None
    diverged: tuple[int, ...] = ()

    @property
    def frame(self) -> Frame | None:
        """The snapshot, reduced now."""
        return None if self.snapshot is None else self.snapshot.frame()


@dataclass(slots=True)
class TrainingData:
    """The training set: x (N, D) and y (N,), on the device."""

    x: Tensor
    y: Tensor

    @classmethod
    def of(cls, dataset: Dataset, device: torch.device) -> TrainingData:
        """Flatten the training part of a data set and move it to the device."""
        return cls(dataset.x_train.flatten(1).to(device), dataset.y_train.to(device))


@dataclass(slots=True, eq=False)
class _Arm:
    """One arm in the loop.

    Attributes:
        twin: the arm.
        engine: what computes its steps.
        hook: what its recipe asks for before a step, or None.
        key: key of its batches; arms of equal keys share them.
        last: its last observation, or the record of it once the arm has diverged.
        x: (B, D), the inputs that it was last trained on.
    """

    twin: Twin
    engine: StepEngine
    hook: PreStepHook | None
    key: tuple[int, int, str]
    last: Observation | PackedObservation | ArmRecord
    x: Tensor

    @property
    def is_training(self) -> bool:
        """Whether the arm has not diverged."""
        return self.twin.diverged_at is None

    def forward(self, batch: _Batch, step: int, observed: bool) -> tuple[Tensor, ...]:
        """Return the loss of a batch and, of an observed step, the accuracy, each () on the device."""
        indices, self.x, y = batch
        self.twin.record_batch(indices)
        if self.hook is not None:
            self.x = self.hook(self.x, step)
        return self.engine.forward_observed(self.x, y) if observed else (self.engine.forward(self.x, y),)

    def update(self, step: int, scalars: Sequence[float]) -> None:
        """Update if the loss is finite; else the arm ends, and its last record is repeated in all later frames.

        Args:
            step: number of updates before.
            scalars: the loss; of an observed step, all of ``records.SCALARS``.
        """
        if not math.isfinite(scalars[0]):
            self.twin.recorder.forget()
            self.twin.diverged_at = (step, locate_divergence(self.twin.net, self.twin.layers, self.x))
            if not isinstance(self.last, ArmRecord):
                self.last = reduce_observations([self.last])[0]
        elif len(scalars) > 1:
            self.last = self.engine.update_observed(scalars)
        else:
            self.engine.update()


def train_steps(
    twins: Sequence[Twin],
    data: TrainingData,
    observe: Callable[[int], bool] = lambda step: False,
    last_evaluation: LastEvaluation = lambda arm: (math.nan, math.nan),
    first_records: Sequence[ArmRecord] = (),
    start: int = 0,
) -> Iterator[Step]:
    """Step all arms indefinitely; one yield per optimizer step.

    Args:
        twins: the arms.
        data: training set on the twins' device.
        observe: tells before each step whether to observe it.
        last_evaluation: returns the last known test loss and accuracy of an arm, which its frames repeat.
        first_records: an earlier record of each arm; it is shown if the arm diverges before it is observed here.
        start: number of updates before; the batches resume from there.

    Yields:
        Step: one after another; the generator ends only when every arm has diverged.
    """
    arms = _arms(twins, data, first_records)
    device = data.x.device
    streams = {key: batch_indices_on(device, len(data.y), *key, start) for key in {arm.key for arm in arms}}
    step = start
    while training := [number for number, arm in enumerate(arms) if arm.is_training]:
        batches = {key: _next_batch(stream, data) for key, stream in streams.items()}
        wanted = observe(step)
        losses: list[float | None] = [None] * len(arms)
        for together in _read_together(training, device):
            found = _read([arms[number].forward(batches[arms[number].key], step, wanted) for number in together])
            for number, scalars in zip(together, found, strict=True):
                losses[number] = scalars[0]
                arms[number].update(step, (*scalars, *last_evaluation(number)) if wanted else scalars)
        ended = tuple(number for number in training if not arms[number].is_training)
        yield Step(step, tuple(losses), Snapshot.of(step, [arm.last for arm in arms]) if wanted else None, ended)
        step += 1
        pause_point(sum(len(arms[number].twin.layers) for number in training))


def _arms(twins: Sequence[Twin], data: TrainingData, first_records: Sequence[ArmRecord]) -> list[_Arm]:
    seed = twins[0].config.seed
    records = list(first_records) or [twin.recorder.blank() for twin in twins]
    arms = []
    for twin, record in zip(twins, records, strict=True):
        twin.engine = engine_for(twin, data.x.device)
        arms.append(_Arm(twin, twin.engine, pre_step_hook(twin, data.x), _stream(twin, seed), record, data.x))
    return arms


def _stream(twin: Twin, seed: int) -> tuple[int, int, str]:
    """Return the key of the batches that an arm is trained on."""
    return twin.config.batch_size, seed, twin.config.shuffle


def _next_batch(stream: Iterator[tuple[Tensor, Tensor]], data: TrainingData) -> _Batch:
    indices, on_device = next(stream)
    return indices, torch.index_select(data.x, 0, on_device), torch.index_select(data.y, 0, on_device)


def _read_together(training: list[int], device: torch.device) -> list[list[int]]:
    """Return which arms' losses are read at once: of all arms on a GPU, which is then waited for once.

    On a CPU there is nothing to wait for, and an arm's weights and outputs are still in the cache when it continues.
    """
    return [[number] for number in training] if device.type == "cpu" else [training]


def _read(results: Sequence[tuple[Tensor, ...]]) -> list[list[float]]:
    """Return the numbers of all arms' results, which a GPU is waited for only once."""
    tensors = [value for result in results for value in result]
    is_stacked = len(tensors) > 1 and not tensors[0].is_cpu
    values = iter(torch.stack(tensors).tolist() if is_stacked else [tensor.item() for tensor in tensors])
    return [[next(values) for _ in result] for result in results]
