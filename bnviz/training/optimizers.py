"""The optimizer of a recipe, and changes of its rates while a run trains."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from bnviz.config import RunConfig


def make_optimizer(config: RunConfig, net: nn.Module) -> Optimizer:
    """Return the optimizer of a recipe with two parameter groups: weights and biases, then gamma and beta.

    The second group has no weight decay when ``decay_norm`` is false; by default PyTorch decays it too.
    """
    norm_ids = {id(p) for m in net.modules() if hasattr(m, "running_mean") for p in m.parameters(recurse=False)}
    weights = [p for p in net.parameters() if id(p) not in norm_ids]
    norms = [p for p in net.parameters() if id(p) in norm_ids]
    groups: list[dict[str, Any]] = [{"params": weights, "role": "weights"}]
    if norms:
        groups.append({"params": norms, "role": "norms"})
    for group in groups:
        group["weight_decay"] = _decay(config, group["role"])
    with _without_compiler():
        if config.optimizer == "sgd":
            return SGD(groups, lr=config.lr, momentum=config.sgd_momentum, nesterov=config.nesterov)
        if config.optimizer == "rmsprop":
            return RMSprop(groups, lr=config.lr, momentum=config.sgd_momentum)
        return (Adam if config.optimizer == "adam" else AdamW)(groups, lr=config.lr)


@contextmanager
def _without_compiler() -> Iterator[None]:
    """Let torch make an optimizer without importing its compiler, if nothing has imported that yet.

    torch keeps its compiler away from ``add_param_group``, and imports it (800 modules, 1.5 s) to tell it so, at the
    first optimizer of a process. Steps by hand need no more of an optimizer than that it is made.
    """
    method = getattr(Optimizer.add_param_group, "__wrapped__", None)
    if method is None or "torch._dynamo" in sys.modules:
        yield
        return
    method.__dict__["__dynamo_disable"] = method  # where torch/_compile.py looks before it imports
    try:
        yield
    finally:
        method.__dict__.pop("__dynamo_disable", None)


def apply_rates(optimizer: Optimizer, config: RunConfig) -> None:
    """Give a running optimizer the lr, sgd_momentum and weight_decay of a recipe; its state is kept."""
    for group in optimizer.param_groups:
        group["lr"] = config.lr
        group["weight_decay"] = _decay(config, group["role"])
        if "momentum" in group:
            group["momentum"] = config.sgd_momentum
            if isinstance(optimizer, RMSprop):
                _add_momentum_buffers(optimizer, group["params"])
        if "nesterov" in group:
            group["nesterov"] = config.nesterov


def scheduled_lr(config: RunConfig, step: int) -> float:
    """Return the learning rate of a step: lr * 2^(-step / lr_half_life), or lr itself without a half-life."""
    if config.lr_half_life == 0:
        return config.lr
    return float(config.lr * 0.5 ** (step / config.lr_half_life))


def set_scheduled_lr(optimizer: Optimizer, config: RunConfig, step: int) -> None:
    """Give a running optimizer the learning rate of a step."""
    lr = scheduled_lr(config, step)
    for group in optimizer.param_groups:
        group["lr"] = lr


def _add_momentum_buffers(optimizer: RMSprop, params: list[Tensor]) -> None:
    """Add the buffers that RMSprop makes only if its momentum is above 0 from the start."""
    for parameter in params:
        state = optimizer.state[parameter]
        if state and "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(parameter)


def _decay(config: RunConfig, role: str) -> float:
    return config.weight_decay if role == "weights" or config.decay_norm else 0.0


def warm_up() -> None:
    """Make torch import what its first optimizer needs, about a second, so that no visitor waits for it."""
    parameter = nn.Parameter(torch.zeros(1))
    optimizer = SGD([parameter], lr=0.1)
    parameter.grad = torch.zeros(1)
    optimizer.step()
