"""Observation: what a recorder saw in one step, still as tensors, and its reduction to numbers.

Seeing is quick and happens in the training thread; reducing takes longer and may happen in another thread,
on another core. Nothing in here is touched by training any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from bnviz.telemetry import measure, saturation
from bnviz.telemetry.measure import Floats
from bnviz.telemetry.records import QUANTILES, ArmRecord, Array


@dataclass(frozen=True, slots=True)
class Edges:
    """Range of the fixed histogram axes per stage, the same for all arms of an experiment."""

    linear: tuple[float, float] = (-6.0, 6.0)
    norm: tuple[float, float] = (-6.0, 6.0)
    activation: tuple[float, float] = (-6.0, 6.0)


@dataclass(frozen=True, slots=True)
class NormState:
    """Copies of what normalized layers hold, rows are units; None where a layer has none."""

    weight: tuple[Tensor | None, ...]
    bias: tuple[Tensor | None, ...]
    running_mean: tuple[Tensor | None, ...]
    running_var: tuple[Tensor | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One arm's step as it was seen; L hidden layers of B samples and U units.

    Attributes:
        linear: outputs of W u + b, L tensors (B, U) or (B, U, ...).
        norm: outputs of the normalizations, or empty without any.
        activation: outputs of the nonlinearities.
        after: whether normalization follows the nonlinearity.
        normalized: per layer whether it has a normalization.
        held: copies of the normalizations' parameters and running statistics.
        grad_norm: (L + 1,), head last.
        before: weights before the update (``recorder.few`` of each), head last; empty when not wanted.
        taken: the step really taken, likewise.
        function: name of the nonlinearity.
        edges: histogram ranges.
        units: units whose percentiles are kept.
        scalars: in the order of ``records.SCALARS``.
    """

    linear: tuple[Tensor, ...]
    norm: tuple[Tensor, ...]
    activation: tuple[Tensor, ...]
    after: bool
    normalized: tuple[bool, ...]
    held: NormState
    grad_norm: Tensor
    before: list[Tensor]
    taken: list[Tensor]
    function: str
    edges: Edges
    units: npt.NDArray[np.intp]
    scalars: tuple[float, ...]

    def reduce(self) -> ArmRecord:
        """Return the numbers; callable from any thread."""
        with torch.no_grad():
            linear, out = _stack(self.linear), _stack(self.activation)
            norm = _stack(self.norm) if self.norm else linear
            entering = linear if self.after else norm
            repeats = norm is linear
            few = measure.sample(linear)
            stages = (few, few if repeats else measure.sample(norm), measure.sample(out))
            ranges = (self.edges.linear, self.edges.norm, self.edges.activation)
            saturated, derivative = _nonlinearity(self.function, stages[0 if self.after else 1], stages[2])
            return ArmRecord(
                histogram=_per_stage(lambda i: measure.histogram(stages[i], *ranges[i]), repeats),
                quantiles=_per_stage(lambda i: measure.layer_quantiles(stages[i]), repeats),
                moments=_per_stage(lambda i: measure.moments(stages[i]), repeats),
                saturated=saturated,
                derivative=derivative,
                dead=_dead(self.function, out),
                grad_norm=self.grad_norm.float().cpu().numpy(),
                update_ratio=_ratios(self.taken, self.before, len(self.grad_norm)),
                unit_percentiles=measure.unit_percentiles(entering, self.units),
                parameters=self._parameters(out if self.after else linear),
                scalars=np.asarray(self.scalars, np.float32),
            )

    def _parameters(self, entering: Floats) -> Array:
        """Return quantiles over units of gamma, beta, batch and running statistics, (L, 6, 5)."""
        layers, _, units = entering.shape
        table = np.full((6, layers, units), np.nan, np.float32)
        table[2] = entering.mean(axis=1)
        centered = entering - table[2][:, None]
        table[3] = np.einsum("lbu,lbu->lu", centered, centered) / np.float32(entering.shape[1])
        held = self.held
        for row, values in ((0, held.weight), (1, held.bias), (4, held.running_mean), (5, held.running_var)):
            present = [index for index, value in enumerate(values) if value is not None]
            if present:
                stack = torch.stack([value for value in values if value is not None])
                table[row, present] = stack.float().cpu().numpy()
        table[:, [not normalized for normalized in self.normalized]] = np.nan
        return np.ascontiguousarray(measure.sorted_quantiles(np.sort(table), QUANTILES).transpose(1, 0, 2))


def _stack(values: Sequence[Tensor]) -> Floats:
    stacked: Floats = torch.stack([_channels_last(v) for v in values]).float().cpu().numpy()
    return stacked  # (L, B, U)


def _channels_last(values: Tensor) -> Tensor:
    """Return feature maps (B, C, ...) as (B * locations, C): a channel is a unit (IS15, sec. 3.2)."""
    return values if values.dim() == 2 else values.movedim(1, -1).flatten(0, -2)


def _per_stage(function: Callable[[int], Array], norm_repeats: bool) -> Array:
    """Apply to the three stages by index, the norm stage only where it differs; (L, 3, ...)."""
    first = function(0)
    return np.stack([first, first if norm_repeats else function(1), function(2)], axis=1)


def _nonlinearity(function: str, entering: Floats, out: Floats) -> tuple[Floats, Floats]:
    """Return saturated share and mean derivative per layer; NaN where a share means nothing."""
    saturated = np.full(out.shape[0], np.nan, np.float32)
    limits = saturation.SATURATED.get(function)
    if limits is not None:
        inside = np.count_nonzero((out >= limits.low) & (out <= limits.high), axis=(1, 2))
        saturated = (1 - inside / (out.shape[1] * out.shape[2])).astype(np.float32)
    slope = saturation.derivative(function, torch.from_numpy(entering))
    return saturated, slope.mean(dim=(1, 2)).numpy()


def _dead(function: str, out: Floats) -> Floats:
    """Return the share of units that are 0 on every sample, per layer; NaN for other than relu."""
    if function != "relu":
        return np.full(out.shape[0], np.nan, np.float32)
    dead: Floats = (out == 0).all(axis=1).mean(axis=1).astype(np.float32)
    return dead


def _ratios(taken: list[Tensor], before: list[Tensor], count: int) -> Floats:
    """Return std(step taken) / std(weights) per layer; for plain SGD std(lr * grad) / std(weights)."""
    if not before:
        return np.full(count, np.nan, np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: Floats = (_stds(taken) / _stds(before)).astype(np.float32)
    return ratios


def _stds(tensors: list[Tensor]) -> npt.NDArray[np.float64]:
    """Return the standard deviation (n - 1, as torch's) of each tensor, from its norm and its sum."""
    norms = torch.stack(torch._foreach_norm(tensors)).double().cpu().numpy()
    sums = torch.stack([tensor.sum() for tensor in tensors]).double().cpu().numpy()
    n = np.array([tensor.numel() for tensor in tensors], np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.maximum(norms**2 - sums**2 / n, 0) / (n - 1))
