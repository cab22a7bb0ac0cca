"""What an arm's recipe wants done before a step: nothing, for most."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from bnviz.norms import DataSetNorm, LateNorm, taking_reference
from bnviz.training.augment import photometric_augment
from bnviz.training.optimizers import schedule
from bnviz.training.twins import Twin

Preparation = Callable[[Tensor, int], Tensor]

REFERENCE = 2048
"""Most training images whose statistics stand for the whole data set's, evenly spaced."""


def pre_step_hooks(twin: Twin, x_train: Tensor) -> Preparation | None:
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
        parts.append(lambda x, step: photometric_augment(x, config.distortion, config.seed, step))
    if config.lr_half_life > 0:
        parts.append(lambda x, step: _set_scheduled_rate(twin, x, step))
    if inactive := [module for module in twin.net.modules() if isinstance(module, LateNorm)]:
        parts.append(lambda x, step: _insert_norm(inactive, config.norm_from, x, step))
    if any(isinstance(module, DataSetNorm) for module in twin.net.modules()):
        reference = x_train[:: -(-len(x_train) // REFERENCE)]
        parts.append(lambda x, step: _set_reference_stats(twin, x, reference))
    return None if not parts else lambda x, step: _all(parts, x, step)


def _all(parts: list[Preparation], x: Tensor, step: int) -> Tensor:
    for part in parts:
        x = part(x, step)
    return x


def _set_scheduled_rate(twin: Twin, x: Tensor, step: int) -> Tensor:
    schedule(twin.optimizer, twin.config, step)  # the twin's present recipe: its lr may have been changed
    return x


def _insert_norm(inactive: list[LateNorm], at: int, x: Tensor, step: int) -> Tensor:
    if step >= at:
        for norm in inactive:
            norm.activate()  # of one that is awake it asks nothing
    return x


def _set_reference_stats(twin: Twin, x: Tensor, reference: Tensor) -> Tensor:
    with taking_reference(twin.net):
        twin.net(reference)
    return x
