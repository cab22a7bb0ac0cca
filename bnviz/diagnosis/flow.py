"""Which functions feed each normalization layer and follow it, read from one forward pass: modules or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from bnviz.diagnosis.care import set_modes, state_kept
from bnviz.diagnosis.nested import tensors_in
from bnviz.diagnosis.samples import Batch
from bnviz.diagnosis.subject import Subject
from bnviz.watching.norm_layers import NormLayer

LINEAR = {"linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "addmm"}
DROPOUTS = {"dropout", "dropout1d", "dropout2d", "dropout3d", "feature_dropout", "alpha_dropout", "dropout_"}
NONLINEAR = {"relu", "relu_", "threshold", "relu6", "hardtanh"}
"""Nonlinearities that pass nothing where the input is negative (relu6 and hardtanh clamp too)."""
SAME_VALUES = {
    "view", "reshape", "flatten", "transpose", "permute", "contiguous", "movedim", "unsqueeze", "squeeze", "clone",
    "to", "float", "half", "detach", "swapaxes", "unflatten", "swapdims", "type",
}  # fmt: skip


@dataclass(slots=True)
class Flow:
    """What was read.

    Attributes:
        biased: for each layer that comes right after a linear map or convolution with a bias, the name of the bias.
        weights: for each layer right after a linear map or convolution of the model's input, the weight.
        dropouts: layers that dropout reaches without another normalization in between, with its largest rate.
        rectified: layers whose output goes into a rectifier.
    """

    biased: dict[str, str] = field(default_factory=dict)
    weights: dict[str, Tensor] = field(default_factory=dict)
    dropouts: dict[str, float] = field(default_factory=dict)
    rectified: set[str] = field(default_factory=set)


def read_flow(subject: Subject, batch: Batch) -> Flow:
    """Run one batch in evaluation mode and follow its tensors; may raise whatever the model raises."""
    flow = Flow()
    with state_kept(subject.net, parameters=False), torch.no_grad():
        set_modes(subject.net, subject.modes["evaluation"])
        mode = _Follow(subject.net, flow)
        handles = list(_hooks(subject.layers, mode))
        try:
            with mode:
                batch.call(subject.net, subject.cast)
        finally:
            for handle in handles:
                handle.remove()
    return flow


@dataclass(slots=True)
class _Mark:
    """What is known of a tensor."""

    bias: str = ""
    weight: Tensor | None = None
    dropout: float = 0.0
    norm: str = ""
    of_input: bool = True


class _Follow(TorchFunctionMode):
    """Follows every torch function; inside a normalization layer its own functions are not looked at."""

    def __init__(self, net: nn.Module, flow: Flow) -> None:
        super().__init__()
        self.flow = flow
        self.names = {id(parameter): name for name, parameter in net.named_parameters()}
        self.marks: dict[int, _Mark] = {}
        self.kept: list[Tensor] = []  # so that no id is given twice
        self.inside = 0

    def mark(self, tensor: Tensor, mark: _Mark) -> None:
        self.marks[id(tensor)] = mark
        self.kept.append(tensor)

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:  # noqa: ANN401 - whatever the function returns
        result = func(*args, **(kwargs or {}))
        if not self.inside:
            self._follow(getattr(func, "__name__", ""), args, kwargs or {}, result)
        return result

    def _follow(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: object) -> None:
        name = name.strip("_") + ("_" if name in ("relu_", "dropout_") else "")
        given = [each for each in tensors_in((args, kwargs)) if id(each) not in self.names]
        marks = [self.marks.get(id(each), _Mark()) for each in given]
        if name in NONLINEAR and marks and marks[0].norm:
            self.flow.rectified.add(marks[0].norm)
        dropout = max((mark.dropout for mark in marks), default=0.0)
        mark = _Mark(dropout=dropout, of_input=False)
        if name in SAME_VALUES and marks:
            mark = marks[0]
        elif name in LINEAR:
            mark.bias, mark.weight = self._linear(args, kwargs)
            if not all(each.of_input for each in marks):
                mark.weight = None
        elif name in DROPOUTS:
            mark.dropout = max(dropout, _rate(args, kwargs))
        for each in tensors_in(result):
            self.mark(each, mark)

    def _linear(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, Tensor | None]:
        own = [each for each in tensors_in((args, kwargs)) if id(each) in self.names]
        bias = next((self.names[id(each)] for each in own if each.dim() == 1), "")
        return bias, next((each.detach() for each in own if each.dim() > 1), None)


def _hooks(layers: Sequence[NormLayer], mode: _Follow) -> Iterator[Any]:
    for layer in layers:
        yield layer.module.register_forward_pre_hook(_enter(layer, mode))
        yield layer.module.register_forward_hook(_leave(layer, mode))


def _enter(layer: NormLayer, mode: _Follow) -> Callable[..., None]:
    def hook(_: nn.Module, args: tuple[object, ...]) -> None:
        mode.inside += 1
        mark = mode.marks.get(id(args[0])) if args else None
        if mark is not None:
            if mark.bias:
                mode.flow.biased.setdefault(layer.name, mark.bias)
            if mark.weight is not None:
                mode.flow.weights.setdefault(layer.name, mark.weight)
            if mark.dropout:
                mode.flow.dropouts[layer.name] = max(mark.dropout, mode.flow.dropouts.get(layer.name, 0.0))

    return hook


def _leave(layer: NormLayer, mode: _Follow) -> Callable[..., None]:
    def hook(_: nn.Module, __: tuple[object, ...], output: object) -> None:
        mode.inside = max(0, mode.inside - 1)
        if isinstance(output, Tensor):
            mode.mark(output, _Mark(norm=layer.name, of_input=False))

    return hook


def _rate(args: tuple[Any, ...], kwargs: dict[str, Any]) -> float:
    rate = kwargs.get("p", args[1] if len(args) > 1 else 0.5)
    return float(rate) if isinstance(rate, int | float) and not isinstance(rate, bool) else 0.0
