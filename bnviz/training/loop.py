"""The loop: a pure generator that steps all arms on the same batches. No thread, no clock."""

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
from bnviz.training.pre_step import pre_step_hooks
from bnviz.training.twins import Twin

NAN = float("nan")
LastTest = Callable[[int], tuple[float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Every arm at one step: an observation, or the last record of an arm that has diverged before."""

    step: int
    arms: tuple[Observation | ArmRecord, ...]

    def frame(self) -> Frame:
        """Reduce to numbers; callable from any thread."""
        fresh = [arm for arm in self.arms if isinstance(arm, Observation)]
        reduced = iter(reduce_observations(fresh) if fresh else ())
        arms = (next(reduced) if isinstance(arm, Observation) else arm for arm in self.arms)
        return Frame(self.step, tuple(arms))


def _reduced(arm: Observation | ArmRecord) -> ArmRecord:
    return reduce_observations([arm])[0] if isinstance(arm, Observation) else arm


@dataclass(frozen=True, slots=True)
class Step:
    """The result of one lock-step of all arms.

    Attributes:
        step: number of updates made before this one.
        losses: training loss of each arm on this step's batch; None once an arm has diverged.
        snapshot: what was observed, not reduced yet; None at steps that are not observed.
        diverged: arms whose numbers stopped being finite in this very step.
    """

    step: int
    losses: tuple[float | None, ...]
    snapshot: Snapshot | None
    diverged: tuple[int, ...] = ()

    @property
    def frame(self) -> Frame | None:
        """What was observed, reduced now."""
        return None if self.snapshot is None else self.snapshot.frame()


@dataclass(slots=True)
class TrainingData:
    """The training set, flat and on the device."""

    x: Tensor
    y: Tensor

    @classmethod
    def of(cls, dataset: Dataset, device: torch.device) -> TrainingData:
        """Flatten and move the training part of a data set."""
        return cls(dataset.x_train.flatten(1).to(device), dataset.y_train.to(device))


def train_steps(
    twins: Sequence[Twin],
    data: TrainingData,
    observe: Callable[[int], bool] = lambda step: False,
    last_test: LastTest = lambda arm: (NAN, NAN),
    observed: Sequence[ArmRecord] = (),
    start: int = 0,
) -> Iterator[Step]:
    """Step all arms indefinitely; one yield per optimizer step.

    Args:
        twins: the arms.
        data: training set on the twins' device.
        observe: asked before each step whether a Frame is wanted.
        last_test: last known (test loss, test accuracy) of an arm, copied into its frames.
        observed: what was observed of every arm before; a frame shows it of an arm that has diverged since.
        start: updates made before; the batches resume from there.

    Yields:
        Step: ends by itself only when every arm has diverged.
    """
    seed = twins[0].config.seed
    streams = {key: batch_indices(len(data.y), *key, start) for key in {_stream(twin, seed) for twin in twins}}
    hooks = [pre_step_hooks(twin, data.x) for twin in twins]
    last: list[Observation | ArmRecord] = list(observed) or [twin.recorder.blank() for twin in twins]
    step = start
    while any(twin.diverged_at is None for twin in twins):
        batches = {key: _take(stream, data) for key, stream in streams.items()}
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
            loss, observation = _observed(twin, x, y, last_test(arm)) if wanted else (_update(twin, x, y), None)
            losses.append(loss)
            if not math.isfinite(loss):
                twin.diverged_at = (step, locate_divergence(twin.net, twin.layers, x))
                ended.append(arm)
                last[arm] = _reduced(last[arm])  # it will be shown again and again
            elif observation is not None:
                last[arm] = observation
        yield Step(step, tuple(losses), Snapshot(step, tuple(last)) if wanted else None, tuple(ended))
        step += 1


def _stream(twin: Twin, seed: int) -> tuple[int, int, str]:
    """Say which batches an arm sees: arms that agree in this share them."""
    return twin.config.batch_size, seed, twin.config.shuffle


def _take(stream: Iterator[Tensor], data: TrainingData) -> tuple[Tensor, Tensor, Tensor]:
    indices = next(stream)
    there = indices.to(data.x.device, non_blocking=True)
    return indices, data.x[there], data.y[there]


def _update(twin: Twin, x: Tensor, y: Tensor) -> float:
    """One plain step; returns the loss before the update, which is not made when that is not finite."""
    loss = F.cross_entropy(twin.net(x), y)
    value = loss.item()
    if math.isfinite(value):
        twin.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        twin.optimizer.step()
    return value


def _observed(twin: Twin, x: Tensor, y: Tensor, test: tuple[float, float]) -> tuple[float, Observation | None]:
    """The same step, observed by the recorder; no observation when the numbers are not finite."""
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
    return value, recorder.take((value, accuracy, *test))
