"""Late BN: a network that does not learn gets BN at some step, or in some layers only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.chapters.convolution.curves import changes_of
from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.progress import ProgressCallback, no_progress
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

NET = RunConfig()
"""Six layers of 100 sigmoids; without BN their accuracy remains at chance. It is a scene of the lab, too."""

LIVE_STEPS = 600
LAYERS = tuple(range(1, NET.depth + 1))
_BUCKET, _TEST_EVERY = 10, 25
_MAX_ARMS = 3  # of one experiment


def train_arms(
    arms: Sequence[str], steps: int = LIVE_STEPS, seed: int = 0, on_progress: ProgressCallback = no_progress
) -> tuple[ArmCurve, ...]:
    """Train some arms from the same weights on the same batches (about 3 ms per arm and step).

    Args:
        arms: names of arms, see ``changes_of``.
        steps: number of updates.
        seed: seed of weights and batches.
        on_progress: called with (done, total), in steps of one arm.
    """
    found: list[ArmCurve] = []
    for first in range(0, len(arms), _MAX_ARMS):
        group = tuple(arms[first : first + _MAX_ARMS])

        def on_step(step: int, before: int = steps * first, n_arms: int = len(group)) -> None:
            on_progress(before + step * n_arms, steps * len(arms))

        found.extend(_train_group(group, steps, seed, on_step))
    return tuple(found)


def _train_group(arms: tuple[str, ...], steps: int, seed: int, on_step: Callable[[int], None]) -> list[ArmCurve]:
    experiment = Experiment(NET.with_fields(seed=seed), tuple(changes_of(arm) for arm in arms))
    trainer = Trainer(experiment, load_dataset(NET.dataset), steps, StepSchedule(steps), StepSchedule(_TEST_EVERY))
    while trainer.step < steps and not trainer.all_diverged:
        trainer.advance()
        if trainer.step % _BUCKET == 0:
            on_step(trainer.step)
    trainer.evaluate()
    curves = []
    for arm, losses, tests in zip(arms, trainer.history.curves, trainer.history.evaluations, strict=True):
        tested, accuracy = tests.step.astype(np.int64), tests.test_accuracy.astype(float)
        curves.append(ArmCurve(arm, seed, *_bucket_means(losses.loss_mean), tested, accuracy))
    return curves


def _bucket_means(losses: npt.NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return middle steps and mean losses of ten steps each: single batches of 60 digits are noisy."""
    means = losses[: len(losses) // _BUCKET * _BUCKET].astype(np.float64).reshape(-1, _BUCKET).mean(1)
    middle = np.asarray(np.arange(len(means)) * _BUCKET + (_BUCKET - 1) / 2, np.float64)
    return middle, means


def scene(step: int) -> Experiment:
    """Return the experiment of the lab: without BN, and with BN from a step."""
    return Experiment(NET.with_fields(norm_from=step), (changes_of(NEVER), changes_of(START)), "insert-bn")
