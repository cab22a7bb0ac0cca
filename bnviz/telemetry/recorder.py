"""Recorder: observes one network during one step and reduces what it saw to numbers at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from bnviz.telemetry import measure
from bnviz.telemetry.measure import Floats
from bnviz.telemetry.observation import Edges, NormState, Observation
from bnviz.telemetry.records import (
    BINS,
    PARAMETERS,
    QUANTILES,
    SCALARS,
    STAGES,
    UNIT_PERCENTILES,
    ArmRecord,
)

FEW = 16_384
"""Entries of a weight that update:data ratios are computed from: their std is off by about half a percent."""


class ObservedLayer(Protocol):
    """A hidden layer as the recorder sees it; ``bnviz.nets.HiddenLayer`` is one."""

    @property
    def linear(self) -> nn.Module: ...  # noqa: D102
    @property
    def norm(self) -> nn.Module | None: ...  # noqa: D102
    @property
    def activation(self) -> nn.Module: ...  # noqa: D102
    @property
    def position(self) -> str: ...  # noqa: D102


def edges_for(activations: Sequence[str]) -> Edges:
    """Choose histogram ranges: bounded nonlinearities get the hull of their ranges, others [-6, 6]."""
    bounded = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
    if not all(name in bounded for name in activations):
        return Edges()
    lows, highs = zip(*(bounded[name] for name in activations), strict=True)
    return Edges(activation=(min(lows), max(highs)))


class Recorder:
    """Observes the hidden layers of one network in one step.

    Use it around a step: ``with recorder.observing(): loss = f(net(x))``, then ``backward``, then
    ``before_update()``, the optimizer's step, and ``record(scalars)``. Hooks exist only inside
    ``observing`` and are removed on errors too; they never change what flows through the network.

    Args:
        layers: hidden layers in forward order, all of the same width.
        head: the last linear layer (its gradient and update are recorded as well).
        activation: name of the nonlinearity, one of ``bnviz.config.ACTIVATIONS``.
        edges: fixed histogram ranges.
        copy: whether outputs must be copied, because a later module may overwrite them in place.
    """

    def __init__(
        self,
        layers: Sequence[ObservedLayer],
        head: nn.Module,
        activation: str,
        edges: Edges,
        copy: bool = False,
    ) -> None:
        self._layers = tuple(layers)
        self._weights = [_weight(layer.linear) for layer in self._layers] + [_weight(head)]
        self._activation = activation
        self._edges = edges
        self._copy = copy
        self._seen: dict[tuple[str, int], Tensor] = {}
        self._before: list[Tensor] = []
        width = self._weights[0].shape[0]
        self.units = measure.kept_units(width)

    @contextmanager
    def observing(self) -> Iterator[None]:
        """Keep the hidden layers' outputs of the forward passes made inside (the last one wins)."""
        handles: list[RemovableHandle] = []
        try:
            for index, layer in enumerate(self._layers):
                for stage, module in (
                    ("linear", layer.linear),
                    ("norm", layer.norm),
                    ("activation", layer.activation),
                ):
                    if module is not None:
                        handles.append(module.register_forward_hook(partial(self._keep, (stage, index))))
            yield
        finally:
            for handle in handles:
                handle.remove()

    @property
    def has_seen(self) -> bool:
        """Whether a forward pass was observed that ``record`` has not reduced yet."""
        return bool(self._seen)

    def before_update(self) -> None:
        """Remember the weights so that the step really taken can be measured."""
        self._before = [few(weight).clone() for weight in self._weights]

    def record(self, scalars: Sequence[float]) -> ArmRecord:
        """Reduce what was observed to an ArmRecord and forget it.

        Args:
            scalars: train_loss, train_accuracy, test_loss, test_accuracy (NaN where unknown).

        Raises:
            RuntimeError: when no forward pass was observed.
        """
        return self.take(scalars).reduce()

    def take(self, scalars: Sequence[float]) -> Observation:
        """Hand over what was observed, to be reduced later or elsewhere, and forget it.

        Args:
            scalars: as for ``record``.

        Raises:
            RuntimeError: when no forward pass was observed.
        """
        if not self._seen:
            raise RuntimeError("nothing was observed; run a forward pass inside Recorder.observing()")
        layers = range(len(self._layers))
        normalized = tuple(layer.norm is not None for layer in self._layers)
        taken = torch._foreach_sub([few(w) for w in self._weights], self._before) if self._before else []
        observation = Observation(
            linear=tuple(self._seen["linear", i] for i in layers),
            norm=tuple(self._seen["norm", i] for i in layers) if any(normalized) else (),
            activation=tuple(self._seen["activation", i] for i in layers),
            after=self._layers[0].position == "after",
            normalized=normalized,
            held=self._held(),
            grad_norm=self._gradient_norms(),
            before=self._before,
            taken=list(taken),
            function=self._activation,
            edges=self._edges,
            units=self.units,
            scalars=tuple(scalars),
        )
        self._seen, self._before = {}, []
        return observation

    def forget(self) -> None:
        """Drop what was observed and not recorded."""
        self._seen, self._before = {}, []

    def blank(self) -> ArmRecord:
        """Return a record of nothing: empty histograms, every number NaN."""
        layers = len(self._layers)

        def nans(*shape: int) -> Floats:
            return np.full(shape, np.nan, np.float32)

        return ArmRecord(
            histogram=np.zeros((layers, len(STAGES), BINS + 2), np.uint32),
            quantiles=nans(layers, len(STAGES), len(QUANTILES)),
            moments=nans(layers, len(STAGES), 2),
            saturated=nans(layers),
            derivative=nans(layers),
            dead=nans(layers),
            grad_norm=nans(layers + 1),
            update_ratio=nans(layers + 1),
            unit_percentiles=nans(layers, len(self.units), len(UNIT_PERCENTILES)).astype(np.float16),
            parameters=nans(layers, len(PARAMETERS), len(QUANTILES)),
            scalars=nans(len(SCALARS)),
        )

    def _keep(self, key: tuple[str, int], _module: nn.Module, _args: object, output: Tensor) -> None:
        seen = output.detach()
        self._seen[key] = seen.clone() if self._copy else seen

    def _gradient_norms(self) -> Tensor:
        grads = [w.grad if w.grad is not None else torch.zeros_like(w) for w in self._weights]
        return torch.stack(torch._foreach_norm(grads))

    def _held(self) -> NormState:
        """Copy what the normalizations hold: training goes on while the copies are looked at."""

        def copies(name: str) -> tuple[Tensor | None, ...]:
            values = [getattr(layer.norm, name, None) for layer in self._layers]
            return tuple(None if value is None else value.detach().clone() for value in values)

        return NormState(copies("weight"), copies("bias"), copies("running_mean"), copies("running_var"))


def few(weight: Tensor) -> Tensor:
    """Return at most about FEW entries of a weight, evenly spaced, as a view of it; all of a small one."""
    flat = weight.detach().view(-1)
    return flat[:: max(1, -(-flat.numel() // FEW))]


def _weight(module: nn.Module) -> nn.Parameter:
    weight = getattr(module, "weight", None)
    if not isinstance(weight, nn.Parameter):
        raise TypeError(f"{type(module).__name__} has no weight to observe")
    return weight
