"""Backpropagation through a multilayer perceptron by two calls of TorchScript instead of some hundred from Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import torch
from torch import Tensor, nn

from bnviz import norms
from bnviz.backprop.script import Script, loss_script, script_of

_Forward = Callable[[Tensor, Tensor, int, list[Tensor]], list[Tensor]]
_Backward = Callable[[Tensor, Tensor, Tensor, list[Tensor], list[Tensor]], list[Tensor]]
_Form = list[tuple[bool, float | None, float]]
"""What the lines of normalizations fix although it may change: whether it trains, momentum, eps."""


class ScriptedNetwork:
    """A ``Network`` whose passes are one call each: it calls the same kernels in the same order, for the same bits.

    With five layers of 100 units and batches of 60, what surrounds the kernels takes a quarter of a step. A script does
    without Python and the wrappers between it and the kernels, and Python's lock is free meanwhile. To write and
    compile one takes some 15 ms of a core, once for all nets of the same layers, whatever their sizes.

    Args:
        net: a chain that ``network.can_backpropagate``.

    Raises:
        NotScriptableError: a layer whose lines would differ from step to step, or this torch reads no such script.
    """

    def __init__(self, net: nn.Sequential) -> None:
        self._modules = list(net)
        self._norms = [module for module in net if isinstance(module, norms.BatchNorm)]
        self._kept: list[Tensor] = []
        self._write()

    @property
    def is_current(self) -> bool:
        """Whether the lines still are those of the layers: normalizations are as they were."""
        return self._form == self._present_form()

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss, (), of inputs (B, D) and classes (B,)."""
        self._batch = x, y
        self._kept = self._forward(x, y, 1, self._given)
        return self._kept[0]

    def backward(self) -> None:
        """Give all parameters the gradients of the last loss, in ``.grad``."""
        found = self._backward(*self._batch, self._one, self._given, self._kept)
        for parameter, gradient in zip(self._parameters, found, strict=True):
            parameter.grad = gradient

    @property
    def logits(self) -> Tensor:
        """Output of the last layer in the last forward pass, (B, K)."""
        return self._kept[len(self._modules)]

    @property
    def outputs(self) -> dict[nn.Module, Tensor]:
        """Output of each module in the last forward pass."""
        return dict(zip(self._modules, self._kept[1 : len(self._modules) + 1], strict=True))

    def _write(self) -> None:
        """Write the lines for the layers as they are now, and compile them."""
        layers = [script_of(module, n) for n, module in enumerate(self._modules)]
        scripts = [script for script in layers if script is not None]
        if len(scripts) < len(layers):
            raise NotScriptableError("a layer has no lines")
        scripts.append(loss_script(len(layers)))
        gradients = [pair for script in scripts for pair in script.gradients]
        given = {name: tensor for script in scripts for name, tensor in script.given.items()}
        self._given = list(given.values())
        self._parameters = [parameter for parameter, _ in gradients]
        self._one = torch.ones((), dtype=self._given[0].dtype)
        self._forward, self._backward = _compiled(_source(scripts, list(given), [name for _, name in gradients]))
        self._form = self._present_form()

    def _present_form(self) -> _Form:
        return [(module.training, module.momentum, module.eps) for module in self._norms]


class NotScriptableError(Exception):
    """The passes of a net cannot be written as a script, or not be compiled."""


def _source(scripts: Sequence[Script], given: Sequence[str], gradients: Sequence[str]) -> str:
    """Return the two passes; what is kept between them is the loss, the outputs of all layers, and the rest."""
    outputs = [f"x{n + 1}" for n in range(len(scripts) - 1)]
    kept = ", ".join(["loss", *outputs, *(name for script in scripts for name in script.kept)])
    lines = [
        "def forward(x0: Tensor, y: Tensor, unit: int, given: List[Tensor]):",
        f"{', '.join(given)} = given",
        *(line for script in scripts for line in script.forward),
        f"return [{kept}]",
        "def backward(x0: Tensor, y: Tensor, one: Tensor, given: List[Tensor], kept: List[Tensor]):",
        f"{', '.join(given)} = given",
        f"{kept} = kept",
        *(line for script in reversed(scripts) for line in script.backward),
        f"return [{', '.join(gradients)}]",
    ]
    return "".join(f"{line}\n" if line.startswith("def ") else f"    {line}\n" for line in lines)


@lru_cache(maxsize=32)
def _compiled(source: str) -> tuple[_Forward, _Backward]:
    """Compile the two passes; all nets of the same layers share them, whatever their sizes."""
    try:
        unit = torch.jit.CompilationUnit(source)
        return unit.forward, unit.backward
    except (AttributeError, RuntimeError) as error:
        raise NotScriptableError(str(error)) from error
