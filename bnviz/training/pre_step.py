"""Hooks that run before each step of an arm whose recipe asks for one; most recipes do not."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from bnviz.norms import DataSetNorm, LateNorm, taking_reference
from bnviz.training.augment import photometric_augment
from bnviz.training.optimizers import set_scheduled_lr
from bnviz.training.twins import Twin

PreStepHook = Callable[[Tensor, int], Tensor]
"""(batch (B, D), step) -> the batch to train on; it may also change the arm."""

MAX_REFERENCE_SAMPLES = 2048
"""Most training samples, evenly spaced, that the statistics of the whole data set are estimated from."""


def pre_step_hook(twin: Twin, x_train: Tensor) -> PreStepHook | None:
    """Return one hook that does all that an arm's recipe asks for before a step, or None.

    The order is: augment the batch, set the learning rate of the step, insert a late normalization, and measure the
    statistics of the whole training set for norms that use them.

    Args:
        twin: the arm.
        x_train: (N, D), the training inputs.
    """
    hooks: list[PreStepHook] = []
    config = twin.config
    if config.distortion > 0:
        hooks.append(lambda x, step: _distort(twin, x, step))
    if config.lr_half_life > 0:
        hooks.append(lambda x, step: _set_scheduled_lr(twin, x, step))
    if inactive := [module for module in twin.net.modules() if isinstance(module, LateNorm)]:
        hooks.append(lambda x, step: _insert_norm(inactive, config.norm_from, x, step))
    if any(isinstance(module, DataSetNorm) for module in twin.net.modules()):
        reference = x_train[:: -(-len(x_train) // MAX_REFERENCE_SAMPLES)]
        hooks.append(lambda x, step: _set_reference_stats(twin, x, reference))
    return None if not hooks else lambda x, step: _run_all(hooks, x, step)


def _run_all(hooks: list[PreStepHook], x: Tensor, step: int) -> Tensor:
    for hook in hooks:
        x = hook(x, step)
    return x


def _distort(twin: Twin, x: Tensor, step: int) -> Tensor:
    distorted = photometric_augment(x, twin.config.distortion, twin.config.seed, step)
    twin.record_distortion(distorted)
    return distorted


def _set_scheduled_lr(twin: Twin, x: Tensor, step: int) -> Tensor:
    set_scheduled_lr(twin.optimizer, twin.config, step)  # the present recipe: its lr may have been changed
    return x


def _insert_norm(inactive: list[LateNorm], at: int, x: Tensor, step: int) -> Tensor:
    if step >= at:
        for norm in inactive:
            norm.activate()  # an active one does not change
    return x


def _set_reference_stats(twin: Twin, x: Tensor, reference: Tensor) -> Tensor:
    with taking_reference(twin.net):
        twin.net(reference)
    return x
