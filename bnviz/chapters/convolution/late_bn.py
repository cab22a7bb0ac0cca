"""Where BN stands and since when: a dying net gets BN at some step, or at some layers only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.chapters.convolution.curves import changes_of
from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

Progress = Callable[[int, int], None]
NET = RunConfig()
"""Six layers of 100 sigmoids; without BN they stay at chance. A scene of the lab, too."""

LIVE_STEPS = 600
LAYERS = tuple(range(1, NET.depth + 1))
_BUCKET, _TEST_EVERY = 10, 25
_AT_ONCE = 3  # arms of one experiment


def train_arms(
    arms: Sequence[str], steps: int = LIVE_STEPS, seed: int = 0, progress: Progress = lambda done, total: None
) -> tuple[ArmCurve, ...]:
    """Train some arms from the same weights on the same batches (about 3 ms an arm and step).

    Args:
        arms: names for ``changes_of``.
        steps: updates.
        seed: of weights and batches.
        progress: told (done, total) in steps of one arm.
    """
    found: list[ArmCurve] = []
    for first in range(0, len(arms), _AT_ONCE):
        some = tuple(arms[first : first + _AT_ONCE])

        def told(step: int, before: int = steps * first, beside: int = len(some)) -> None:
            progress(before + step * beside, steps * len(arms))

        found.extend(_together(some, steps, seed, told))
    return tuple(found)


def _together(arms: tuple[str, ...], steps: int, seed: int, told: Callable[[int], None]) -> list[ArmCurve]:
    experiment = Experiment(NET.with_fields(seed=seed), tuple(changes_of(arm) for arm in arms))
    work = Trainer(experiment, load_dataset(NET.dataset), steps, StepSchedule(steps), StepSchedule(_TEST_EVERY))
    while work.step < steps and not work.all_diverged:
        work.advance()
        if work.step % _BUCKET == 0:
            told(work.step)
    work.evaluate()
    curves = []
    for arm, losses, tests in zip(arms, work.history.curves, work.history.evaluations, strict=True):
        tested, accuracy = tests.step.astype(np.int64), tests.test_accuracy.astype(float)
        curves.append(ArmCurve(arm, seed, *_tens(losses.loss_mean), tested, accuracy))
    return curves


def _tens(losses: npt.NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Average ten steps each: single batches of 60 digits jump."""
    whole = losses[: len(losses) // _BUCKET * _BUCKET].astype(np.float64).reshape(-1, _BUCKET).mean(1)
    middle = np.asarray(np.arange(len(whole)) * _BUCKET + (_BUCKET - 1) / 2, np.float64)
    return middle, whole


def scene(step: int) -> Experiment:
    """Return the same as an experiment of the lab: without BN, and with BN from a step on."""
    return Experiment(NET.with_fields(norm_from=step), (changes_of(NEVER), changes_of(START)), "insert-bn")
