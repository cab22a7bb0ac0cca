"""Data flow of one forward pass: which linear layer, normalization or nonlinearity computed a tensor."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn

from bnviz.telemetry import maps
from bnviz.telemetry.observation import NormState

MAX_ROWS = 4096
"""Most rows of a matrix (B, C) that are kept of one stage; they are evenly spaced."""


@dataclass(slots=True, eq=False)
class Event:
    """One call of a linear layer, a normalization or a nonlinearity.

    Attributes:
        kind: which of the three.
        name: path of the module, with ``#2`` for its second call in the pass; of a function the path of the module
            that called it, and the function's name.
        shape: of the output.
        axis: axis of the output's channels.
        module: the layer; None for a function.
        source: the event that computed its input, if any.
        entering: sampled rows (R, C) of its input.
        leaving: sampled rows (R, C) of its output.
        function: name of the nonlinearity.
        dead: channels of a ReLU that are 0 throughout the batch.
        batch_stats: mean and biased variance of a normalization's input, both (C,).
        state: gamma, beta and the running statistics of a normalization after the call.
        weight: parameter of a linear layer.
        weight_before: a sample of it, as it was in the forward pass.
    """

    kind: Literal["linear", "norm", "nonlinearity"]
    name: str
    shape: torch.Size
    axis: int
    module: nn.Module | None = None
    source: Event | None = None
    entering: Tensor | None = None
    leaving: Tensor | None = None
    function: str = ""
    dead: Tensor | None = None
    batch_stats: tuple[Tensor, Tensor] | None = None
    state: NormState | None = None
    weight: Tensor | None = None
    weight_before: Tensor | None = None
    taken_by: list[Event] = field(default_factory=list)


class Flow:
    """Remembers by identity, weakly, which event computed a tensor, as long as nothing writes into the tensor."""

    def __init__(self) -> None:
        self._events: dict[int, tuple[weakref.ref[Tensor], int, Event]] = {}

    def source(self, value: object) -> Event | None:
        """Return the event that computed a tensor; None where it is unknown or was overwritten since."""
        found = self._events.get(id(value))
        if found is None or not isinstance(value, Tensor):
            return None
        reference, version, event = found
        return event if reference() is value and version == _version(value) else None

    def add(self, value: Tensor, event: Event) -> None:
        """Remember the event that computed a tensor, in place of an earlier one."""
        self._events[id(value)] = (weakref.ref(value), _version(value), event)

    def forget(self, value: object) -> None:
        """Forget a tensor that was written into."""
        self._events.pop(id(value), None)


def axis_after(event: Event, value: Tensor) -> int | None:
    """Return the axis of the channels in a tensor that goes back to an event's output; None where they are mixed."""
    if value.dim() == len(event.shape) and value.shape[event.axis] == event.shape[event.axis]:
        return event.axis
    return None


def sampled(values: Tensor, axis: int) -> Tensor:
    """Return a copy of rows (R, C) of values whose channels are on an axis; of large ones an even sample."""
    batched = channels_second(values.detach(), axis)
    if batched.dim() == 2:
        return batched[:: -(-len(batched) // MAX_ROWS)].clone()
    return maps.sample_positions(batched)


def channels_second(values: Tensor, axis: int) -> Tensor:
    """Return values as (B, C) or (B, C, ...), a view; unbatched ones are a batch of one."""
    if values.dim() == 1:
        return values[None]
    if axis == 0:
        return values.T if values.dim() == 2 else values[None]
    return values.movedim(axis, 1)


def dead_channels(values: Tensor, axis: int, rows: Tensor) -> Tensor | None:
    """Return the channels of a ReLU's output that are 0 throughout; None where the rows are the whole output."""
    batched = channels_second(values.detach(), axis)
    return maps.dead_channels(batched, rows) if batched.dim() > 2 or len(rows) < len(batched) else None


def _version(value: Tensor) -> int:
    return 0 if value.is_inference() else value._version
