"""Recorder: observes one network during one step and reduces what it saw to numbers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from bnviz.telemetry import measure, saturation
from bnviz.telemetry.measure import Floats
from bnviz.telemetry.records import (
    BINS,
    PARAMETERS,
    QUANTILES,
    SCALARS,
    STAGES,
    UNIT_PERCENTILES,
    ArmRecord,
    Array,
)


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


@dataclass(frozen=True, slots=True)
class Edges:
    """Range of the fixed histogram axes per stage, the same for all arms of an experiment."""

    linear: tuple[float, float] = (-6.0, 6.0)
    norm: tuple[float, float] = (-6.0, 6.0)
    activation: tuple[float, float] = (-6.0, 6.0)


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
    """

    def __init__(
        self, layers: Sequence[ObservedLayer], head: nn.Module, activation: str, edges: Edges
    ) -> None:
        self._layers = tuple(layers)
        self._weights = [_weight(layer.linear) for layer in self._layers] + [_weight(head)]
        self._activation = activation
        self._edges = edges
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
                        handles.append(
                            module.register_forward_hook(partial(_keep, self._seen, (stage, index)))
                        )
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
        self._before = [weight.detach().clone() for weight in self._weights]

    def record(self, scalars: Sequence[float]) -> ArmRecord:
        """Reduce what was observed to an ArmRecord and forget it.

        Args:
            scalars: train_loss, train_accuracy, test_loss, test_accuracy (NaN where unknown).

        Raises:
            RuntimeError: when no forward pass was observed.
        """
        if not self._seen:
            raise RuntimeError("nothing was observed; run a forward pass inside Recorder.observing()")
        with torch.no_grad():
            linear = self._stack("linear")
            norm = self._stack("norm") if any(layer.norm is not None for layer in self._layers) else linear
            out = self._stack("activation")
            after = self._layers[0].position == "after"
            entering = linear if after or norm is linear else norm
            record = self._summarize(linear, norm, out, entering, scalars)
        self.forget()
        return record

    def forget(self) -> None:
        """Drop what was observed and not recorded."""
        self._seen.clear()
        self._before.clear()

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

    def _summarize(
        self, linear: Floats, norm: Floats, out: Floats, entering: Floats, scalars: Sequence[float]
    ) -> ArmRecord:
        stages, repeats = (linear, norm, out), norm is linear
        ranges = (self._edges.linear, self._edges.norm, self._edges.activation)
        saturated, derivative, dead = self._nonlinearity(entering, out)
        norm_input = out if self._layers[0].position == "after" else linear
        return ArmRecord(
            histogram=_per_stage(lambda i: measure.histogram(stages[i], *ranges[i]), repeats),
            quantiles=_per_stage(lambda i: measure.layer_quantiles(stages[i]), repeats),
            moments=_per_stage(lambda i: measure.moments(stages[i]), repeats),
            saturated=saturated,
            derivative=derivative,
            dead=dead,
            grad_norm=self._gradient_norms(),
            update_ratio=self._update_ratios(),
            unit_percentiles=measure.unit_percentiles(entering, self.units),
            parameters=_parameters([layer.norm for layer in self._layers], norm_input),
            scalars=np.asarray(scalars, np.float32),
        )

    def _stack(self, stage: str) -> Floats:
        values = [self._seen[stage, index] for index in range(len(self._layers))]
        stack = torch.stack([_channels_last(v) for v in values])
        return stack.float().cpu().numpy()  # (L, B, U)

    def _nonlinearity(self, entering: Floats, out: Floats) -> tuple[Floats, Floats, Floats]:
        layers, nan = out.shape[0], np.float32(np.nan)
        saturated = dead = np.full(layers, nan, np.float32)
        limits = saturation.SATURATED.get(self._activation)
        if limits is not None:
            inside = np.count_nonzero((out >= limits.low) & (out <= limits.high), axis=(1, 2))
            saturated = (1 - inside / (out.shape[1] * out.shape[2])).astype(np.float32)
        if self._activation == "relu":
            dead = (out == 0).all(axis=1).mean(axis=1).astype(np.float32)
        slope = saturation.derivative(self._activation, torch.from_numpy(entering))
        return saturated, slope.mean(dim=(1, 2)).numpy(), dead

    def _gradient_norms(self) -> Floats:
        grads = [
            weight.grad if weight.grad is not None else torch.zeros_like(weight) for weight in self._weights
        ]
        return torch.stack(torch._foreach_norm(grads)).float().cpu().numpy()

    def _update_ratios(self) -> Floats:
        if not self._before:
            return np.full(len(self._weights), np.nan, np.float32)
        taken = torch._foreach_sub([weight.detach() for weight in self._weights], self._before)
        with np.errstate(divide="ignore", invalid="ignore"):
            return (_stds(list(taken)) / _stds(self._before)).astype(np.float32)


def _keep(
    seen: dict[tuple[str, int], Tensor],
    key: tuple[str, int],
    _module: nn.Module,
    _args: object,
    output: Tensor,
) -> None:
    # A copy, because an in-place nonlinearity would overwrite it before it is reduced.
    seen[key] = output.detach().clone()


def _channels_last(values: Tensor) -> Tensor:
    """Return feature maps (B, C, ...) as (B * locations, C): a channel is a unit (IS15, sec. 3.2)."""
    return values if values.dim() == 2 else values.movedim(1, -1).flatten(0, -2)


def _stds(tensors: list[Tensor]) -> npt.NDArray[np.float64]:
    """Return the standard deviation (n - 1, as torch's) of each tensor, from its norm and its sum."""
    norms = torch.stack(torch._foreach_norm(tensors)).double().cpu().numpy()
    sums = torch.stack([tensor.sum() for tensor in tensors]).double().cpu().numpy()
    n = np.array([tensor.numel() for tensor in tensors], np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.maximum(norms**2 - sums**2 / n, 0) / (n - 1))


def _weight(module: nn.Module) -> nn.Parameter:
    weight = getattr(module, "weight", None)
    if not isinstance(weight, nn.Parameter):
        raise TypeError(f"{type(module).__name__} has no weight to observe")
    return weight


def _per_stage(function: Callable[[int], Array], norm_repeats: bool) -> Array:
    """Apply to the three stages by index, the norm stage only where it differs; (L, 3, ...)."""
    first = function(0)
    return np.stack([first, first if norm_repeats else function(1), function(2)], axis=1)


def _parameters(norms: Sequence[nn.Module | None], entering: Floats) -> Array:
    """Return quantiles over units of gamma, beta, batch and running statistics, (L, 6, 5); NaN if absent."""
    layers, _, units = entering.shape
    table = np.full((6, layers, units), np.nan, np.float32)
    table[2] = entering.mean(axis=1)
    centered = entering - table[2][:, None]
    table[3] = np.einsum("lbu,lbu->lu", centered, centered) / np.float32(entering.shape[1])
    for row, name in ((0, "weight"), (1, "bias"), (4, "running_mean"), (5, "running_var")):
        values = [getattr(norm, name, None) for norm in norms]
        present = [(i, v.detach()) for i, v in enumerate(values) if v is not None]
        if present:
            table[row, [i for i, _ in present]] = torch.stack([v for _, v in present]).float().cpu().numpy()
    table[:, [norm is None for norm in norms]] = np.nan
    return np.ascontiguousarray(measure.sorted_quantiles(np.sort(table), QUANTILES).transpose(1, 0, 2))
