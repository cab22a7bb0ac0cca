"""Whose weights move: whether an optimizer steps the watched model, and how often its weights changed."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim import Optimizer

FOREIGN = "the optimizer steps no parameter of the model, so the steps are those of another one."
_LOOKED_AT = 8
"""Most parameters whose version counters are read at a call."""


def is_foreign(model: nn.Module, optimizer: Optimizer) -> bool:
    """Return whether none of an optimizer's parameters is one of the model's."""
    own = {id(parameter) for parameter in model.parameters()}
    return bool(own) and not any(id(each) in own for group in optimizer.param_groups for each in group["params"])


class Updates:
    """Counts how often a model's weights have changed between its calls, where no optimizer tells its steps."""

    def __init__(self, model: nn.Module) -> None:
        trained = (p for p in model.parameters() if not is_lazy(p) and p.requires_grad and not p.is_inference())
        self._parameters: list[Tensor] = [p for p, _ in zip(trained, range(_LOOKED_AT), strict=False)]
        self._versions = self._read()
        self._count = 0

    def look(self) -> None:
        """Compare the weights' version counters with those of the last call."""
        versions = self._read()
        self._count += versions != self._versions
        self._versions = versions

    def sentence(self, steps: int) -> str:
        """What to say where an update takes several calls, each of which counts as a step; else empty."""
        if self._count < 2 or steps < 1.5 * self._count:
            return ""
        return (
            f"the {steps} steps are calls of the model, whose weights were changed {self._count} times: "
            "give watch the optimizer, whose steps count then."
        )

    def _read(self) -> list[int]:
        return [parameter._version for parameter in self._parameters]
