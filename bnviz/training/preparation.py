"""What an arm's recipe wants done before a step: nothing, for most."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from bnviz.training.distort import distort
from bnviz.training.optimizers import schedule
from bnviz.training.twins import Twin

Preparation = Callable[[Tensor, int], Tensor]


def preparation(twin: Twin, x_train: Tensor) -> Preparation | None:
    """Return what must happen to an arm and its batch before each step, or None where nothing must.

    In this order: the batch's distortion, the learning rate of the step, insertion of a norm that was to come
    later, and the statistics of the whole training set for norms that use them.

    Args:
        twin: the arm.
        x_train: (N, D), the training inputs.
    """
    parts: list[Preparation] = []
    config = twin.config
    if config.distortion > 0:
        parts.append(lambda x, step: distort(x, config.distortion, config.seed, step))
    if config.lr_half_life > 0:
        parts.append(lambda x, step: _scheduled(twin, x, step))
    return None if not parts else lambda x, step: _all(parts, x, step)


def _all(parts: list[Preparation], x: Tensor, step: int) -> Tensor:
    for part in parts:
        x = part(x, step)
    return x


def _scheduled(twin: Twin, x: Tensor, step: int) -> Tensor:
    schedule(twin.optimizer, twin.config, step)  # the twin's present recipe: its lr may have been changed
    return x
