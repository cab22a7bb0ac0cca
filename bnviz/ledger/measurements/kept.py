"""What is left after updates of what BN gives at the start: the saturated share and the gradient's ratio (E3, E16)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.saturation.init_sweep import layer_experiment
from bnviz.data import load_dataset
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

EVERY, LAST = 100, 300
"""The moments are 100, 200 and 300 updates."""


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """Twins without BN (first) and with BN, at 100, 200 and 300 updates.

    Attributes:
        saturated: (2, 3), share of saturated outputs in percent, mean over the layers.
        gradient: (2, 3), norm of the first layer's weight gradient over that of the last hidden layer.
    """

    saturated: Floats
    gradient: Floats


def kept_in_training(curve: str, scale: float, seed: int) -> Kept:
    """Train twins of five hidden layers by SGD at rate 0.1 and look at them at three moments.

    Args:
        curve: "sigmoid" or "tanh".
        scale: factor on the start weights.
        seed: of weights and batches.
    """
    # A step is observed before its update, so the state after 300 updates is seen by one more step.
    trainer = Trainer(
        layer_experiment(curve, scale, seed=seed),
        load_dataset("mnist"),
        LAST + 1,
        StepSchedule(EVERY),
        StepSchedule(LAST + 2),
    )
    while trainer.step <= LAST and not trainer.all_diverged:
        trainer.advance()
    frames = [frame for frame in trainer.history.frames if frame.step > 0]
    saturated, gradient = np.full((2, 2, LAST // EVERY), np.nan)
    for place, frame in enumerate(frames):
        for arm, record in enumerate(frame.arms):
            saturated[arm, place] = 100 * record.saturated_fraction.mean()
            gradient[arm, place] = record.grad_norm[0] / record.grad_norm[-2]
    return Kept(saturated, gradient)
