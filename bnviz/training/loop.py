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
6. A plain step (``_update``) is forward pass, loss, backward pass, optimizer. An observed step (``_observed_update``)
   computes the same bits while the hooks of ``telemetry.recorder`` keep the outputs of every layer.
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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.data import Dataset
from bnviz.telemetry.observation import Observation
from bnviz.telemetry.records import ArmRecord, Frame
from bnviz.telemetry.reduce import reduce_observations
from bnviz.training.batches import batch_indices
from bnviz.training.divergence import locate_divergence
from bnviz.training.pre_step import pre_step_hook
from bnviz.training.twins import Twin

LastEvaluation = Callable[[int], tuple[float, float]]
"""Arm -> (test loss, test accuracy)."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All arms at one step: an observation each, or the last record of an arm that diverged earlier."""

    step: int
    arms: tuple[Observation | ArmRecord, ...]

    def frame(self) -> Frame:
        """Reduce the observations to numbers; callable from any thread."""
        observations = [arm for arm in self.arms if isinstance(arm, Observation)]
        reduced = iter(reduce_observations(observations) if observations else ())
        arms = (next(reduced) if isinstance(arm, Observation) else arm for arm in self.arms)
        return Frame(self.step, tuple(arms))


def _reduced(arm: Observation | ArmRecord) -> ArmRecord:
    return reduce_observations([arm])[0] if isinstance(arm, Observation) else arm


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
    seed = twins[0].config.seed
    streams = {key: batch_indices(len(data.y), *key, start) for key in {_stream(twin, seed) for twin in twins}}
    hooks = [pre_step_hook(twin, data.x) for twin in twins]
    last: list[Observation | ArmRecord] = list(first_records) or [twin.recorder.blank() for twin in twins]
    step = start
    while any(twin.diverged_at is None for twin in twins):
        batches = {key: _next_batch(stream, data) for key, stream in streams.items()}
        wanted = observe(step)
        losses: list[float | None] = []
        ended: list[int] = []
        for arm, twin in enumerate(twins):
            if twin.diverged_at is not None:
                losses.append(None)
                continue
            indices, x, y = batches[_stream(twin, seed)]
            twin.record_batch(indices)
            if (hook := hooks[arm]) is not None:
                x = hook(x, step)
            if wanted:
                loss, observation = _observed_update(twin, x, y, last_evaluation(arm))
            else:
                loss, observation = _update(twin, x, y), None
            losses.append(loss)
            if not math.isfinite(loss):
                twin.diverged_at = (step, locate_divergence(twin.net, twin.layers, x))
                ended.append(arm)
                last[arm] = _reduced(last[arm])  # all later frames repeat it
            elif observation is not None:
                last[arm] = observation
        yield Step(step, tuple(losses), Snapshot(step, tuple(last)) if wanted else None, tuple(ended))
        step += 1


def _stream(twin: Twin, seed: int) -> tuple[int, int, str]:
    """Return the key of the batches that an arm is trained on: arms of equal keys share them."""
    return twin.config.batch_size, seed, twin.config.shuffle


def _next_batch(stream: Iterator[Tensor], data: TrainingData) -> tuple[Tensor, Tensor, Tensor]:
    indices = next(stream)
    on_device = indices.to(data.x.device, non_blocking=True)
    return indices, data.x[on_device], data.y[on_device]


def _update(twin: Twin, x: Tensor, y: Tensor) -> float:
    """Make one plain step and return the loss before the update; if the loss is not finite, no update is made."""
    loss = F.cross_entropy(twin.net(x), y)
    value = loss.item()
    if math.isfinite(value):
        twin.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        twin.optimizer.step()
    return value


def _observed_update(
    twin: Twin, x: Tensor, y: Tensor, evaluation: tuple[float, float]
) -> tuple[float, Observation | None]:
    """Make the same step, observed by the recorder; if the loss is not finite, there is no observation."""
    recorder = twin.recorder
    with recorder.observing():
        logits = twin.net(x)
        loss = F.cross_entropy(logits, y)
    value = loss.item()
    if not math.isfinite(value):
        recorder.forget()
        return value, None
    twin.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    recorder.before_update()
    twin.optimizer.step()
    accuracy = (logits.detach().argmax(1) == y).float().mean().item()
    return value, recorder.take((value, accuracy, *evaluation))
