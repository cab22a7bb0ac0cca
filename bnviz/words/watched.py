"""Training twins as the lab does, and looking at them at a few steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bnviz.config import PRESETS, Changes, Experiment, RunConfig, Value
from bnviz.data import load_dataset
from bnviz.telemetry.records import ArmRecord
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

TWINS: tuple[Changes, ...] = ((("norm", "none"),), (("norm", "batch"),))
"""The arms of most scenes: without BN and with it."""

CHANCE = 0.1
"""The accuracy that a diverged run counts as, for ten classes."""


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What is seen of all arms after some updates.

    Attributes:
        accuracy: test accuracy of each arm, 0..1.
        arms: the records of the arms, as a frame of the lab holds them.
    """

    accuracy: tuple[float, ...]
    arms: tuple[ArmRecord, ...]

    def gradient_ratio(self, arm: int) -> float:
        """Return the gradient norm of the first layer divided by that of the head."""
        norms = self.arms[arm].grad_norm
        return float(norms[0] / norms[-1])

    def gradient_kept(self, arm: int) -> float:
        """Return which share of the gradient norm a layer passes on to the layer below it.

        The geometric mean over hidden layers of one size: (norm of layer 2 / norm of layer L) ** (1 / (L - 2)).
        """
        norms = self.arms[arm].grad_norm
        return float((norms[1] / norms[-2]) ** (1 / (len(norms) - 3)))

    def saturated(self, arm: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return the share of saturated outputs of each layer, (L,), 0..1."""
        return np.asarray(self.arms[arm].saturated_fraction, np.float64)

    def gap(self) -> float:
        """Return how many percentage points of accuracy the second arm is ahead of the first."""
        return 100 * (self.accuracy[1] - self.accuracy[0])


def scene(name: str, **changes: Value) -> RunConfig:
    """Return the recipe of a scene of the lab, with some fields changed."""
    return PRESETS[name].with_fields(**changes)


def watch(
    config: RunConfig, seed: int, at: Sequence[int], share: float = 1.0, arms: Sequence[Changes] = TWINS
) -> list[Moment]:
    """Train the arms of a recipe from one seed and return what is seen at some steps.

    Args:
        config: the recipe; its seed is replaced.
        seed: of weights and batches.
        at: steps, rising.
        share: the steps are shortened to this share of them.
        arms: what each arm changes.
    """
    steps = [round(step * share) for step in at]
    dataset = load_dataset(config.dataset)
    last = max(1, steps[-1])
    trainer = Trainer(
        Experiment(config.with_fields(seed=seed, device="cpu"), tuple(arms)),
        dataset,
        last + 1,
        StepSchedule(last + 2),
        StepSchedule(last + 2),
    )
    found = []
    for step in steps:
        while trainer.step < step and not trainer.all_diverged:
            trainer.advance()
        found.append(_moment(trainer))
    return found


def _moment(trainer: Trainer) -> Moment:
    trainer.evaluate()
    trainer.observe_present()
    history = trainer.history
    frame = history.nearest(trainer.step)
    assert frame is not None  # step 0 is always there
    accuracy = []
    for arm, twin in enumerate(trainer.twins):
        last = history.last_evaluation(arm)
        accuracy.append(CHANCE if last is None or twin.diverged_at is not None else float(last[2]))
    return Moment(tuple(accuracy), frame.arms)
