"""Stack: hidden layers of equal shape in one array, and the statistics that are computed from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bnviz.array_types import Floats32
from bnviz.telemetry import measure, saturation
from bnviz.telemetry.observation import LayerObservation
from bnviz.telemetry.records import PARAMETERS, QUANTILES, Array, kept_units
from bnviz.telemetry.run_description import Edges

_NORM_STATE = {"gamma": "weight", "beta": "bias", "running_mean": "running_mean", "running_var": "running_var"}


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Outputs of L layers of equal shape, each (L, R, U); without normalizations, ``norm`` is ``pre_activation``."""

    layers: Sequence[LayerObservation]
    pre_activation: Floats32
    norm: Floats32
    activation: Floats32

    @classmethod
    def of(cls, layers: Sequence[LayerObservation]) -> Stack:
        """Stack the observations of layers of equal shape."""
        pre_activation = _stack([layer.pre_activation for layer in layers])
        plain = all(layer.norm is None for layer in layers)
        norm = pre_activation if plain else _stack([_norm_stage(layer) for layer in layers])
        return cls(layers, pre_activation, norm, _stack([layer.activation for layer in layers]))

    def samples(self) -> tuple[Floats32, Floats32, Floats32]:
        """Return a sample of each stage's values, (L, 1, n); the second is the first if there are no normalizations."""
        pre_activation = measure.sample(self.pre_activation)
        norm = pre_activation if self.norm is self.pre_activation else measure.sample(self.norm)
        return pre_activation, norm, measure.sample(self.activation)

    def unit_stats(self) -> dict[str, Array]:
        """Return the fields of an ArmRecord that are computed per unit."""
        after = self.layers[0].norm_after_activation
        kept = kept_units(self.pre_activation.shape[2])
        return {
            "dead_fraction": _dead(self.layers, self.activation),
            "unit_percentiles": measure.unit_percentiles(self.pre_activation if after else self.norm, kept),
            "parameters": _parameters(self.layers, self.activation if after else self.pre_activation),
        }


def distribution_stats(
    stages: tuple[Floats32, Floats32, Floats32], activation_name: str, norm_after_activation: bool, edges: Edges
) -> dict[str, Array]:
    """Return the fields of an ArmRecord that are computed over all values of a layer.

    Args:
        stages: a sample (L, 1, n) of the layers' values per stage.
        activation_name: name of the layers' nonlinearity.
        norm_after_activation: whether the layers' normalization follows the nonlinearity.
        edges: histogram ranges.
    """
    ranges, repeats = (edges.pre_activation, edges.norm, edges.activation), stages[1] is stages[0]
    saturated, derivative = _nonlinearity(activation_name, stages[0 if norm_after_activation else 1], stages[2])
    ordered = [np.sort(stage.reshape(len(stage), -1)) for stage in (stages[::2] if repeats else stages)]
    ordered = [ordered[0], *ordered] if repeats else ordered
    return {
        "histogram": _per_stage(lambda i: measure.sorted_histogram(ordered[i], *ranges[i]), repeats),
        "quantiles": _per_stage(lambda i: measure.sorted_quantiles(ordered[i], QUANTILES), repeats),
        "moments": _per_stage(lambda i: measure.moments(stages[i]), repeats),
        "saturated_fraction": saturated,
        "derivative": derivative,
    }


def _norm_stage(layer: LayerObservation) -> Tensor:
    """Return the output of a layer's normalization, or the pre-activations of a layer without one."""
    return layer.pre_activation if layer.norm is None else layer.norm


def _stack(values: Sequence[Tensor]) -> Floats32:
    stacked: Floats32 = torch.stack(tuple(values)).float().numpy()
    return stacked  # (L, R, U)


def _per_stage(function: Callable[[int], Array], norm_repeats: bool) -> Array:
    """Apply a function of the stage's index to all three stages, to "norm" only where it differs; (L, 3, ...)."""
    first = function(0)
    return np.stack([first, first if norm_repeats else function(1), function(2)], axis=1)


def _nonlinearity(activation_name: str, entering: Floats32, out: Floats32) -> tuple[Floats32, Floats32]:
    """Return the saturated share and the mean derivative per layer; the share is NaN without a saturated region."""
    saturated = np.full(out.shape[0], np.nan, np.float32)
    limits = saturation.SATURATED.get(activation_name)
    if limits is not None:
        inside = np.count_nonzero((out >= limits.low) & (out <= limits.high), axis=(1, 2))
        saturated = (1 - inside / (out.shape[1] * out.shape[2])).astype(np.float32)
    if activation_name not in saturation.DIFFERENTIABLE:  # of a watched model, with parameters of its own
        return saturated, np.full(out.shape[0], np.nan, np.float32)
    slope = saturation.derivative(activation_name, torch.from_numpy(entering))
    return saturated, slope.mean(dim=(1, 2)).numpy()


def _dead(layers: Sequence[LayerObservation], out: Floats32) -> Floats32:
    """Return the share of units per layer that are 0 throughout the batch; NaN for nonlinearities other than relu."""
    if layers[0].activation_name != "relu":
        return np.full(len(layers), np.nan, np.float32)
    dead = np.zeros(len(layers), np.float32)
    if any(layer.dead is None for layer in layers):
        dead[:] = (out == 0).all(axis=1).mean(axis=1)
    for index, layer in enumerate(layers):
        if layer.dead is not None:
            dead[index] = float(layer.dead.float().mean())
    return dead


def _parameters(layers: Sequence[LayerObservation], entering: Floats32) -> Array:
    """Return quantiles over units of gamma, beta, batch statistics and running statistics, (L, 6, 5)."""
    count, _, units = entering.shape
    table = np.full((len(PARAMETERS), count, units), np.nan, np.float32)
    mean, var = PARAMETERS.index("batch_mean"), PARAMETERS.index("batch_var")
    own = [i for i, layer in enumerate(layers) if layer.batch_stats is None and layer.norm_state is not None]
    if own:
        some = slice(own[0], own[-1] + 1)
        table[mean, some] = entering[some].mean(axis=1)
        centered = entering[some] - table[mean, some][:, None]
        table[var, some] = np.einsum("lbu,lbu->lu", centered, centered) / np.float32(entering.shape[1])
    stats = [(index, layer.batch_stats) for index, layer in enumerate(layers) if layer.batch_stats is not None]
    if stats:
        rows = [index for index, _ in stats]
        table[mean, rows], table[var, rows] = (_stack([batch[i] for _, batch in stats]) for i in range(2))
    for name, attribute in _NORM_STATE.items():
        values = [(index, getattr(layer.norm_state, attribute, None)) for index, layer in enumerate(layers)]
        present = [(index, value) for index, value in values if value is not None]
        if present:
            rows = [index for index, _ in present]
            table[PARAMETERS.index(name), rows] = _stack([value for _, value in present])
    table[:, [layer.norm_state is None for layer in layers]] = np.nan
    return np.ascontiguousarray(measure.sorted_quantiles(np.sort(table), QUANTILES).transpose(1, 0, 2))
