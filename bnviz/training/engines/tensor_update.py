"""Updates whose rates are tensors on the device, so that a recorded graph of an update reads them at each replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

_Group = dict[str, Any]
_States = Sequence[dict[str, Any]]
_Rates = Mapping[str, Tensor]


class TensorUpdate:
    """One step of an optimizer, in the state that it keeps; the numbers are those of torch.optim but for rounding.

    A graph of kernels fixes every number that Python gives to a kernel. So learning rate, momentum, weight decay and
    what Adam computes from the number of the step are tensors of one number each, which ``set_rates`` writes. The
    formulas are those of ``backprop.updates``. A product with a rate is rounded before it is added, where torch.optim
    may round once: the last bit of a weight can differ.

    Args:
        optimizer: SGD, Adam, AdamW or RMSprop.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self._optimizer, self._rule = optimizer, _RULES[type(optimizer)]
        self._rates = [RateTensors(group["params"][0].device) for group in optimizer.param_groups]

    @property
    def parameters(self) -> list[nn.Parameter]:
        """All parameters, in the order in which ``step`` takes their gradients."""
        return [parameter for group in self._optimizer.param_groups for parameter in group["params"]]

    @property
    def form(self) -> tuple[tuple[bool, ...], ...]:
        """What a recorded ``step`` fixes: which terms there are. A rate that becomes 0, or no longer is, changes it."""
        terms = ("momentum", "weight_decay", "nesterov")
        return tuple(tuple(bool(group.get(term)) for term in terms) for group in self._optimizer.param_groups)

    @property
    def is_ready(self) -> bool:
        """Whether the optimizer keeps all that ``step`` needs; its own first step makes it."""
        return all(
            self._state(parameter).get(name) is not None
            for group in self._optimizer.param_groups
            for parameter in group["params"]
            for name in self._rule.kept(group)
        )

    def kept_on_device(self) -> list[Tensor]:
        """Return what ``step`` changes beside the parameters."""
        states = map(self._state, self.parameters)
        return [value for state in states for name, value in state.items() if _is_on_device(name, value)]

    def set_rates(self) -> None:
        """Write the rates of the step to come; those that have not changed are not written."""
        for group, rates in zip(self._optimizer.param_groups, self._rates, strict=True):
            rates.write(self._rule.rates(group, self._time(group) + 1))

    def count(self) -> None:
        """Count a step in what the optimizer keeps; its counters are on the CPU."""
        counters = [state["step"] for state in map(self._state, self.parameters) if "step" in state]
        if counters:
            torch._foreach_add_(counters, 1)

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """Update all parameters that have a gradient; only the device works, so that it can be recorded."""
        left = iter(gradients)
        for group, rates in zip(self._optimizer.param_groups, self._rates, strict=True):
            pairs = [(parameter, next(left)) for parameter in group["params"]]
            found = [(parameter, gradient) for parameter, gradient in pairs if gradient is not None]
            if found:
                states = [self._state(parameter) for parameter, _ in found]
                self._rule.step(group, rates.tensors, [w for w, _ in found], [g for _, g in found], states)

    def _time(self, group: _Group) -> int:
        """Return how many steps the parameters of a group have made; all of them have made as many."""
        return int(self._state(group["params"][0]).get("step", 0))

    def _state(self, parameter: nn.Parameter) -> dict[str, Any]:
        """Return what the optimizer keeps for a parameter; asking for it does not add it."""
        kept: dict[str, Any] = self._optimizer.state.get(parameter, {})
        return kept


class RateTensors:
    """Numbers by name, each in a tensor () on a device whose address stays the same."""

    def __init__(self, device: torch.device) -> None:
        self.tensors: dict[str, Tensor] = {}
        self._device, self._numbers = device, dict[str, float]()

    def write(self, numbers: Mapping[str, float]) -> None:
        """Write the numbers that have changed."""
        for name, number in numbers.items():
            if self._numbers.get(name) != number:
                if name not in self.tensors:
                    self.tensors[name] = torch.empty((), device=self._device)
                self.tensors[name].fill_(number)
                self._numbers[name] = number


@dataclass(frozen=True, slots=True)
class _Rule:
    """What an optimizer keeps for each parameter, its rates at step t (from 1), and its step."""

    kept: Callable[[_Group], tuple[str, ...]]
    rates: Callable[[_Group, int], dict[str, float]]
    step: Callable[[_Group, _Rates, list[Tensor], list[Tensor], _States], None]


def _is_on_device(name: str, value: object) -> bool:
    return isinstance(value, Tensor) and name != "step"


def _velocity(group: _Group) -> tuple[str, ...]:
    return ("momentum_buffer",) if group["momentum"] else ()


def _sgd_rates(group: _Group, _: int) -> dict[str, float]:
    return {"minus lr": -group["lr"], "momentum": group["momentum"], "decay": group["weight_decay"]}


def _sgd(group: _Group, rates: _Rates, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    g = _decayed(group, rates, w, g)
    if group["momentum"]:
        velocity = [state["momentum_buffer"] for state in states]
        torch._foreach_mul_(velocity, rates["momentum"])
        torch._foreach_add_(velocity, g)
        ahead = group["nesterov"]
        g = list(torch._foreach_add(torch._foreach_mul(velocity, rates["momentum"]), g)) if ahead else velocity
    torch._foreach_add_(w, torch._foreach_mul(g, rates["minus lr"]))


def _adam_rates(group: _Group, t: int) -> dict[str, float]:
    b1, b2 = group["betas"]
    return {
        "decay": group["weight_decay"],
        "keep": 1 - group["lr"] * group["weight_decay"],
        "minus step": -group["lr"] / (1 - b1**t),
        "root": (1 - b2**t) ** 0.5,
    }


def _adam(group: _Group, rates: _Rates, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    _adam_step(group, rates, w, _decayed(group, rates, w, g), states)


def _adamw(group: _Group, rates: _Rates, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    if group["weight_decay"]:
        torch._foreach_mul_(w, rates["keep"])
    _adam_step(group, rates, w, g, states)


def _adam_step(group: _Group, rates: _Rates, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    b1, b2 = group["betas"]
    averages, squares = [state["exp_avg"] for state in states], [state["exp_avg_sq"] for state in states]
    torch._foreach_lerp_(averages, g, 1 - b1)
    torch._foreach_mul_(squares, b2)
    torch._foreach_addcmul_(squares, g, g, 1 - b2)
    roots = torch._foreach_sqrt(squares)
    torch._foreach_div_(roots, rates["root"])
    torch._foreach_add_(roots, group["eps"])
    torch._foreach_add_(w, torch._foreach_mul(torch._foreach_div(averages, roots), rates["minus step"]))


def _rmsprop(group: _Group, rates: _Rates, w: list[Tensor], g: list[Tensor], states: _States) -> None:
    alpha = group["alpha"]
    g = _decayed(group, rates, w, g)
    squares = [state["square_avg"] for state in states]
    torch._foreach_mul_(squares, alpha)
    torch._foreach_addcmul_(squares, g, g, 1 - alpha)
    roots = torch._foreach_sqrt(squares)
    torch._foreach_add_(roots, group["eps"])
    moves = list(torch._foreach_div(g, roots))
    if group["momentum"]:
        velocity = [state["momentum_buffer"] for state in states]
        torch._foreach_mul_(velocity, rates["momentum"])
        torch._foreach_add_(velocity, moves)
        moves = velocity
    torch._foreach_add_(w, torch._foreach_mul(moves, rates["minus lr"]))


def _decayed(group: _Group, rates: _Rates, w: list[Tensor], g: list[Tensor]) -> list[Tensor]:
    return list(torch._foreach_add(torch._foreach_mul(w, rates["decay"]), g)) if group["weight_decay"] else g


_RULES: dict[type[Optimizer], _Rule] = {
    SGD: _Rule(_velocity, _sgd_rates, _sgd),
    Adam: _Rule(lambda _: ("step", "exp_avg", "exp_avg_sq"), _adam_rates, _adam),
    AdamW: _Rule(lambda _: ("step", "exp_avg", "exp_avg_sq"), _adam_rates, _adamw),
    RMSprop: _Rule(lambda group: ("step", "square_avg", *_velocity(group)), _sgd_rates, _rmsprop),
}
