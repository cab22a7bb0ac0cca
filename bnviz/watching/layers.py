"""Layers of one forward pass: a linear layer, a normalization and a nonlinearity, read off what computed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from bnviz.telemetry.observation import LayerObservation
from bnviz.watching.flow import Event


@dataclass(frozen=True, slots=True, eq=False)
class SeenLayer:
    """A layer as it ran.

    Attributes:
        name: of its normalization, or of its linear layer where it has none.
        observation: the values of its stages.
        linear: its linear layer, whose gradient and update are measured; None where it is unknown.
    """

    name: str
    observation: LayerObservation
    linear: Event | None

    @property
    def width(self) -> int:
        """Number of channels."""
        return int(self.observation.pre_activation.shape[1])


def layers_of(events: Sequence[Event]) -> list[SeenLayer]:
    """Return the layers of a pass in the order of execution.

    A normalization makes a layer: with the linear layer whose output it takes, and with the nonlinearity that takes
    its output. Where it takes the output of a nonlinearity and none takes its own, it comes after the nonlinearity.
    Where there is none, it stands alone: its input is the stage "pre_activation", its output is the two others. A
    linear layer whose output goes straight into a nonlinearity makes a layer as well.
    """
    normalized: set[Event] = set()  # nonlinearities that belong to a layer with a normalization
    found: dict[Event, SeenLayer] = {}
    for event in events:
        if event.kind == "norm":
            nonlinearity = next(iter(event.taken_by), None)
            if nonlinearity is None and _is_after(event) and event.source not in normalized:
                nonlinearity = event.source
            if nonlinearity is not None:
                normalized.add(nonlinearity)
            layer = _normalized(event, nonlinearity)
            if layer is not None:
                found[event] = layer
    for event in events:
        if event.kind == "nonlinearity" and event not in normalized and event.source is not None:
            linear = event.source
            if linear.kind == "linear" and linear.leaving is not None and event.leaving is not None:
                found.setdefault(linear, SeenLayer(linear.name, _plain(linear, event), linear))
    return [found[event] for event in events if event in found]


def head_of(events: Sequence[Event]) -> Event | None:
    """Return the last linear layer that ran."""
    return next((event for event in reversed(events) if event.kind == "linear"), None)


def _is_after(norm: Event) -> bool:
    source = norm.source
    if source is None or source.kind != "nonlinearity" or source.leaving is None or norm.leaving is None:
        return False
    linear = _leaving_of(source.source)
    return linear is not None and linear.shape[1] == source.leaving.shape[1] == norm.leaving.shape[1]


def _leaving_of(event: Event | None) -> Tensor | None:
    return event.leaving if event is not None and event.kind == "linear" else None


def _normalized(norm: Event, nonlinearity: Event | None) -> SeenLayer | None:
    entering, leaving = norm.entering, norm.leaving
    if entering is None or leaving is None or entering.shape[1] != leaving.shape[1]:
        return None
    after = nonlinearity is not None and nonlinearity is norm.source
    linear = nonlinearity.source if after and nonlinearity is not None else norm.source
    pre_activation = _leaving_of(linear) if after else entering
    activation = leaving if nonlinearity is None else nonlinearity.leaving
    if pre_activation is None or activation is None:
        return None
    observation = LayerObservation(
        pre_activation=pre_activation,
        norm=leaving,
        activation=activation,
        norm_after_activation=after,
        activation_name="identity" if nonlinearity is None else nonlinearity.function,
        norm_state=norm.state,
        batch_stats=norm.batch_stats,
        dead=None if nonlinearity is None else nonlinearity.dead,
    )
    return SeenLayer(norm.name, observation, linear if linear is not None and linear.kind == "linear" else None)


def _plain(linear: Event, nonlinearity: Event) -> LayerObservation:
    assert linear.leaving is not None
    assert nonlinearity.leaving is not None
    return LayerObservation(
        pre_activation=linear.leaving,
        norm=None,
        activation=nonlinearity.leaving,
        norm_after_activation=False,
        activation_name=nonlinearity.function,
        norm_state=None,
        dead=nonlinearity.dead,
    )
