"""Updates of the parameters by their gradients: the numbers of torch.optim, for all parameters of a group at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

_Group = dict[str, Any]
_States = Sequence[dict[str, Any]]
_Plan = tuple[_Group, list[Tensor], list[Tensor], _States]
"""Rates, parameters w, gradients g, and what the optimizer keeps for each parameter."""
_Rule = Callable[[_Group, list[Tensor], list[Tensor], _States], None]


class Update:
    """One step of an optimizer, with the numbers of its own ``step``, bit for bit, and in the state that it keeps.

    torch.optim steps one parameter after another on a CPU; each operation here is one call for all parameters of a
    group, as its own are on a GPU. What is not on a CPU, and a step that has something to prepare, such as the first,
    is left to the optimizer itself.

    Args:
        optimizer: plain SGD, Adam, AdamW or RMSprop; any other steps as it does. Its rates may change, its parameters
            may not.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self._optimizer = optimizer
        self._parameters: list[list[Tensor]] = [list(group["params"]) for group in optimizer.param_groups]
        self._views = [[parameter.detach() for parameter in parameters] for parameters in self._parameters]
        on_cpu = all(parameter.is_cpu for parameters in self._parameters for parameter in parameters)
        self._rule = _RULES.get(type(optimizer)) if on_cpu else None

    def step(self) -> None:
        """Update all parameters that have a gradient."""
        rule, plans = self._rule, None if self._rule is None else self._plans()
        if rule is None or plans is None:
            self._optimizer.step()
            return
        for plan in plans:
            rule(*plan)

    def _plans(self) -> list[_Plan] | None:
        """Return the arguments of the rule for each group; None if the optimizer has to prepare its state first."""
        plans: list[_Plan] = []
        for group, parameters, views in zip(self._optimizer.param_groups, self._parameters, self._views, strict=True):
            gradients = [parameter.grad for parameter in parameters]
            found = [gradient for gradient in gradients if gradient is not None]
            moved = parameters
            if len(found) < len(gradients):
                moved = [p for p, g in zip(parameters, gradients, strict=True) if g is not None]
                views = [view for view, g in zip(views, gradients, strict=True) if g is not None]
            states: _States = ()
            if kept := _kept(self._optimizer, group):
                all_states = self._optimizer.state
                states = [all_states[parameter] for parameter in moved]
                if any(state.get(name) is None for state in states for name in kept):
                    return None
            if found:
                plans.append((group, views, found, states))
        return plans


def _kept(optimizer: Optimizer, group: _Group) -> tuple[str, ...]:
    """Return the names of what an update reads from the state of each parameter."""
    momentum = ("momentum_buffer",) if group.get("momentum") else ()
    if isinstance(optimizer, SGD):
        return momentum
    return ("step", "square_avg", *momentum) if isinstance(optimizer, RMSprop) else ("step", "exp_avg", "exp_avg_sq")


def _sgd(group: _Group, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    """Update by gradient descent: w <- w - lr * d.

    Plain, d is the gradient g. Weight decay adds lambda * w to it, the gradient of lambda / 2 * |w|^2. With momentum m,
    a velocity v <- m * v + g is the direction; Nesterov's looks ahead, d = g + m * v.

    Source: Polyak 1964; Nesterov 1983; Sutskever, Martens, Dahl & Hinton 2013, in the form that torch uses.
    """
    momentum = group["momentum"]
    g = _decayed(group, w, g)
    if momentum:
        velocity = [state["momentum_buffer"] for state in states]
        torch._foreach_mul_(velocity, momentum)
        torch._foreach_add_(velocity, g, alpha=1)
        g = list(torch._foreach_add(g, velocity, alpha=momentum)) if group["nesterov"] else velocity
    torch._foreach_add_(w, g, alpha=-group["lr"])


def _adam(group: _Group, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    """Update by w <- w - lr * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps) at step t, from 1.

    m and v are running averages of the gradient and of its square: m <- b1 * m + (1 - b1) * g and
    v <- b2 * v + (1 - b2) * g^2. They start at 0; the divisions by 1 - b^t undo that.

    Source: Kingma & Ba 2015, algorithm 1.
    """
    _adam_step(group, w, _decayed(group, w, g), states)


def _adamw(group: _Group, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    """Update as Adam does, with a decay that does not pass through the averages: first w <- (1 - lr * lambda) * w.

    Source: Loshchilov & Hutter 2019, algorithm 2.
    """
    if group["weight_decay"]:
        torch._foreach_mul_(w, 1 - group["lr"] * group["weight_decay"])
    _adam_step(group, w, g, states)


def _adam_step(group: _Group, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    b1, b2 = group["betas"]
    averages, squares = [state["exp_avg"] for state in states], [state["exp_avg_sq"] for state in states]
    times = _next_times(states)
    torch._foreach_lerp_(averages, g, 1 - b1)
    torch._foreach_mul_(squares, b2)
    torch._foreach_addcmul_(squares, g, g, 1 - b2)
    roots = torch._foreach_sqrt(squares)
    torch._foreach_div_(roots, [(1 - b2**t) ** 0.5 for t in times])
    torch._foreach_add_(roots, group["eps"])
    torch._foreach_addcdiv_(w, averages, roots, [-(group["lr"] / (1 - b1**t)) for t in times])


def _rmsprop(group: _Group, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    """Update by w <- w - lr * g / (sqrt(v) + eps), with the running average v <- a * v + (1 - a) * g^2.

    With momentum m, the scaled gradient moves a velocity u <- m * u + g / (sqrt(v) + eps), and w <- w - lr * u.

    Source: Tieleman & Hinton 2012, lecture 6.5, in the form that torch uses.
    """
    alpha, momentum, lr = group["alpha"], group["momentum"], group["lr"]
    g = _decayed(group, w, g)
    squares = [state["square_avg"] for state in states]
    torch._foreach_add_([state["step"] for state in states], 1)
    torch._foreach_mul_(squares, alpha)
    torch._foreach_addcmul_(squares, g, g, 1 - alpha)
    roots = torch._foreach_sqrt(squares)
    torch._foreach_add_(roots, group["eps"])
    if momentum:
        velocity = [state["momentum_buffer"] for state in states]
        torch._foreach_mul_(velocity, momentum)
        torch._foreach_addcdiv_(velocity, g, roots)
        torch._foreach_add_(w, velocity, alpha=-lr)
    else:
        torch._foreach_addcdiv_(w, g, roots, -lr)


def _decayed(group: _Group, w: list[Tensor], g: list[Tensor]) -> list[Tensor]:
    """Return g + lambda * w, the gradient of the loss with the penalty lambda / 2 * |w|^2; the ``.grad`` stay g."""
    decay = group["weight_decay"]
    return list(torch._foreach_add(g, w, alpha=decay)) if decay else g


def _next_times(states: _States) -> list[float]:
    """Count this step, and return the number of steps that each parameter has made with it."""
    counters = [state["step"] for state in states]
    torch._foreach_add_(counters, 1)
    times: list[float] = torch.stack(counters).tolist()
    return times


_RULES: dict[type[Optimizer], _Rule] = {SGD: _sgd, Adam: _adam, AdamW: _adamw, RMSprop: _rmsprop}
