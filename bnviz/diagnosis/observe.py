"""Hooks on every normalization layer: what each call received and gave, as numbers per channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from bnviz.watching.norm_layers import NormLayer, by_channel, values_of_layer


@dataclass(slots=True, eq=False)
class NormCall:
    """One call of one layer.

    Attributes:
        batch: which batch of the pass.
        nth: which call of the layer within this batch, from 0.
        m: number of values that one mean is taken over.
        mean: (C,) float64, mean of the input over batch and places.
        var: (C,) float64, biased variance of the input.
        low: (C,) smallest output, or None before the layer has answered.
        high: (C,) largest output.
    """

    batch: int
    nth: int
    m: int
    mean: Tensor
    var: Tensor
    low: Tensor | None = None
    high: Tensor | None = None


@dataclass(slots=True)
class Observation:
    """What hooks collect: the calls of each layer by name, and the layers in the order of execution."""

    batch: int = 0
    calls: dict[str, list[NormCall]] = field(default_factory=dict)

    def of(self, name: str) -> list[NormCall]:
        """Return the calls of a layer; empty where it never ran."""
        return self.calls.get(name, [])


@contextmanager
def observed(layers: Sequence[NormLayer], outputs: bool = False) -> Iterator[Observation]:
    """Observe layers while the context lasts; ``outputs`` also records the range of what they return."""
    found = Observation()
    handles = []
    for layer in layers:
        handles.append(layer.module.register_forward_pre_hook(_before(layer, found)))
        if outputs:
            handles.append(layer.module.register_forward_hook(_after(layer, found)))
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()


def _before(layer: NormLayer, found: Observation):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a hook
    def hook(_: nn.Module, args: tuple[object, ...]) -> None:
        x = args[0] if args else None
        if not isinstance(x, Tensor) or x.dim() < 2 or x.numel() == 0:
            return
        with torch.no_grad():
            rows = by_channel(layer, x.detach())
            rows = rows if rows.dtype == torch.float64 else rows.float()
            var, mean = torch.var_mean(rows, 0, correction=0)
        calls = found.calls.setdefault(layer.name, [])
        nth = sum(1 for call in reversed(calls[-64:]) if call.batch == found.batch)
        m = values_of_layer(layer, x)
        calls.append(NormCall(found.batch, nth, m, mean.cpu().double(), var.cpu().double()))

    return hook


def _after(layer: NormLayer, found: Observation):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a hook
    def hook(_: nn.Module, __: tuple[object, ...], output: object) -> None:
        calls = found.calls.get(layer.name)
        if not calls or not isinstance(output, Tensor) or output.numel() == 0:
            return
        rows = by_channel(layer, output.detach())
        if rows.shape[-1] == len(calls[-1].mean):
            low, high = torch.aminmax(rows.float(), dim=0)
            calls[-1].low, calls[-1].high = low.cpu().double(), high.cpu().double()

    return hook
