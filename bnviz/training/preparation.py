"""What an arm's recipe wants done before a step: nothing, for most."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from bnviz.norms import DataSetNorm, DormantNorm, taking_reference
from bnviz.training.distort import distort
from bnviz.training.optimizers import schedule
from bnviz.training.twins import Twin

Preparation = Callable[[Tensor, int], Tensor]

REFERENCE = 2048
"""Most training images whose statistics stand for the whole data set's, evenly spaced."""


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
    if asleep := [module for module in twin.net.modules() if isinstance(module, DormantNorm)]:
        parts.append(lambda x, step: _woken(asleep, config.norm_from, x, step))
    if any(isinstance(module, DataSetNorm) for module in twin.net.modules()):
        reference = x_train[:: -(-len(x_train) // REFERENCE)]
        parts.append(lambda x, step: _referred(twin, x, reference))
    return None if not parts else lambda x, step: _all(parts, x, step)


def _all(parts: list[Preparation], x: Tensor, step: int) -> Tensor:
    for part in parts:
        x = part(x, step)
    return x


def _scheduled(twin: Twin, x: Tensor, step: int) -> Tensor:
    schedule(twin.optimizer, twin.config, step)  # the twin's present recipe: its lr may have been changed
    return x


def _woken(asleep: list[DormantNorm], at: int, x: Tensor, step: int) -> Tensor:
    if step >= at:
        for norm in asleep:
            norm.wake()  # of one that is awake it asks nothing
    return x


def _referred(twin: Twin, x: Tensor, reference: Tensor) -> Tensor:
    with taking_reference(twin.net):
        twin.net(reference)
    return x
