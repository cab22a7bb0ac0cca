"""watch: record any PyTorch model in the user's own training loop."""

from __future__ import annotations

import math
from typing import Any

from torch import nn
from torch.optim import Optimizer

from bnviz.config import InputError
from bnviz.watching.watcher import Watcher

SHARE = 0.04
"""Largest part of the loop's time that observing takes at ``every=10`` and above; below, it is as many times more."""


def watch(model: nn.Module, optimizer: Optimizer | None = None, every: int = 10, share: float | None = None) -> Watcher:
    """Record a model while your own loop trains it; nothing about the training changes.

    ::

        with bnviz.watch(model, optimizer) as watcher:
            print(watcher.coverage)                # what is watched, and what is not and why
            for x, y in batches:
                loss = criterion(model(x), y)
                optimizer.zero_grad(); loss.backward()
                watcher.log(train_loss=loss.item())
                optimizer.step()
        bnviz.save(watcher.history, "mine.npz")   # opens in the app

    What ran is recorded, in the order of execution: every call of every normalization layer, and with it the linear
    layer or convolution before it and the nonlinearity after it, whether they are modules or functions. Calls in
    evaluation mode and without gradients are recorded under their own name. Parameters, buffers, gradients and the
    state of random numbers stay bit for bit what they are without it.

    Args:
        model: any module.
        optimizer: the one that steps it; None for a model without one (the average of another's weights, a target
            net), whose calls then count as steps.
        every: record every this many steps.
        share: largest part of the loop's time that observing may take; observations are left out where they would
            take more, but for the first two (the first twenty at ``every=1``). None means 0.04 at ``every=10`` and
            above, and ten times as much at ``every=1``. ``math.inf`` leaves out none.

    Returns:
        The Watcher, a context manager; its ``history`` fills while the loop runs inside the block.

    Raises:
        InputError: the model is no module, the optimizer none, ``every`` not a whole number of at least 1, or
            ``share`` not a positive number.
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"the model must be a torch.nn.Module, got {type(model).__name__}")
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise InputError(f"every must be a whole number of at least 1, got {every!r:.40}")
    share = SHARE * max(1.0, 10 / every) if share is None else share
    if isinstance(share, bool) or not isinstance(share, int | float) or math.isnan(share) or share <= 0:
        raise InputError(f"share must be a positive number, got {share!r:.40}")
    return Watcher(model, _own_optimizer(optimizer), every, float(share))


def _own_optimizer(optimizer: object) -> Optimizer | None:
    """Return torch's optimizer inside of what wraps it (accelerate, Lightning)."""
    inner: Any = optimizer
    for _ in range(4):
        if inner is None or "_optimizer_step_post_hooks" in getattr(inner, "__dict__", {}):
            break
        inner = getattr(inner, "optimizer", None) or getattr(inner, "_optimizer", None)
    if optimizer is not None and not isinstance(inner, Optimizer):
        raise InputError(f"the optimizer must be a torch.optim.Optimizer or None, got {type(optimizer).__name__}")
    return inner if isinstance(inner, Optimizer) else None
