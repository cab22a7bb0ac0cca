"""Numbers of hidden layers per unit: their percentiles, the dead ones, and quantiles of what a normalization holds."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from bnviz.array_types import Floats32
from bnviz.telemetry import measure
from bnviz.telemetry.observed_arrays import LayerArrays
from bnviz.telemetry.records import PARAMETERS, QUANTILES, UNIT_PERCENTILES, Array, kept_units

_MEAN, _VAR = PARAMETERS.index("batch_mean"), PARAMETERS.index("batch_var")
_NORM_STATE = [
    (PARAMETERS.index(name), attribute)
    for name, attribute in {
        "gamma": "weight",
        "beta": "bias",
        "running_mean": "running_mean",
        "running_var": "running_var",
    }.items()
]


def unit_numbers(layers: Sequence[LayerArrays]) -> dict[str, Array]:
    """Return the fields of an ArmRecord that are computed per unit, a row per layer.

    Args:
        layers: of any shapes; the percentiles of narrow ones are padded with NaN.
    """
    return {"dead_fraction": _dead(layers), "unit_percentiles": _percentiles(layers), "parameters": _parameters(layers)}


def _percentiles(layers: Sequence[LayerArrays]) -> Array:
    """Return the percentiles of the input of each layer's nonlinearity, or of the normalization's output after it."""
    entering = [layer.entering for layer in layers]
    groups = _members(array.shape for array in entering)
    kept = [kept_units(entering[group[0]].shape[1]) for group in groups]
    shape = len(layers), max(map(len, kept)), len(UNIT_PERCENTILES)
    table = np.full(shape, np.nan, np.float16)
    for group, units in zip(groups, kept, strict=True):
        table[group, : len(units)] = measure.unit_percentiles([entering[index] for index in group], units)
    return table


def _members(keys: Iterable[Hashable]) -> list[list[int]]:
    """Return the indices of equal keys, one list per key."""
    groups: dict[Hashable, list[int]] = {}
    for index, key in enumerate(keys):
        groups.setdefault(key, []).append(index)
    return list(groups.values())


def _dead(layers: Sequence[LayerArrays]) -> Floats32:
    """Return the share of units per layer that are 0 throughout the batch; NaN for nonlinearities other than relu."""
    dead = np.full(len(layers), np.nan, np.float32)
    for index, layer in enumerate(layers):
        if layer.activation_name == "relu":
            known = layer.dead
            dead[index] = (layer.values.activation == 0).all(axis=0).mean() if known is None else known
    return dead


def _parameters(layers: Sequence[LayerArrays]) -> Floats32:
    """Return quantiles over units of gamma, beta, batch statistics and running statistics, (L, 6, 5)."""
    quantiles = np.full((len(layers), len(PARAMETERS), len(QUANTILES)), np.nan, np.float32)
    normed = [index for index, layer in enumerate(layers) if layer.norm_state is not None]
    entering = [
        layers[index].values.activation if layers[index].norm_after_activation else layers[index].values.pre_activation
        for index in normed
    ]
    for group in _members(array.shape for array in entering):
        members = [normed[index] for index in group]
        table = _held([layers[index] for index in members], [entering[index] for index in group])
        quantiles[members] = measure.sorted_quantiles(np.sort(table), QUANTILES)
    return quantiles


def _held(layers: Sequence[LayerArrays], entering: Sequence[Floats32]) -> Floats32:
    """Return what normalizations of U units hold, (L, 6, U); NaN for what they do not have.

    Args:
        layers: with a normalization each.
        entering: (R, U), its input in each layer.
    """
    table = np.full((len(layers), len(PARAMETERS), entering[0].shape[1]), np.nan, np.float32)
    own = [index for index, layer in enumerate(layers) if layer.batch_stats is None]
    if own:
        stacked = np.stack([entering[index] for index in own])
        mean = stacked.mean(axis=1)
        stacked -= mean[:, None]
        table[own, _MEAN] = mean
        table[own, _VAR] = np.einsum("lbu,lbu->lu", stacked, stacked) / np.float32(stacked.shape[1])
    for row, layer in zip(table, layers, strict=True):
        if layer.batch_stats is not None:
            row[_MEAN], row[_VAR] = layer.batch_stats
        for place, attribute in _NORM_STATE:
            if (held := getattr(layer.norm_state, attribute)) is not None:
                row[place] = held
    return table
