"""Numbers of hidden layers over all their values: histograms, quantiles, moments, the saturated share and the slope.

The time of a small operation is that of its call. So all stages of all layers of all arms are drawn into one array, a
row each, and sorted, counted and averaged in one call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bnviz.array_types import Floats32
from bnviz.telemetry import measure
from bnviz.telemetry.observed_arrays import LayerArrays, LayerValues
from bnviz.telemetry.records import BINS, QUANTILES, STAGES, Array
from bnviz.telemetry.run_description import Edges
from bnviz.telemetry.saturated_regions import SATURATED
from bnviz.telemetry.slopes import FROM_OUTPUT, slopes_from_outputs

_PRE, _NORM, _OUT = range(len(STAGES))

_Key = tuple[int, int]
"""Index of a layer, and of a stage of ``records.STAGES``."""
_Rows = dict[_Key, tuple[Floats32, Floats32]]
"""A sample (n,) of the values of a stage, as it was drawn and sorted."""

SlopesOf = Callable[[Sequence[LayerArrays], Mapping[int, Floats32]], Floats32]
"""Returns mean derivatives (L,) of nonlinearities, of those layers of which there is a sample (n,) of the input."""


def layer_numbers(layers: Sequence[LayerArrays], edges: Edges, slopes_of: SlopesOf) -> dict[str, Array]:
    """Return the fields of an ArmRecord that are computed over all values of a layer, a row per layer.

    Args:
        layers: of any shapes.
        edges: histogram ranges.
        slopes_of: returns the mean derivatives that the outputs do not tell.
    """
    drawn: _Rows = {}
    values = [layer.values for layer in layers]
    table: dict[str, Array] = {
        "histogram": np.empty((len(layers), len(STAGES), BINS + 2), np.uint32),
        "quantiles": np.empty((len(layers), len(STAGES), len(QUANTILES)), np.float32),
        "moments": np.empty((len(layers), len(STAGES), 2), np.float32),
    }
    for keys in _by_sample_size(values):
        _measure(values, keys, edges, table, drawn)
    plain = [index for index, stages in enumerate(values) if stages.norm is None]
    for numbers in table.values():
        numbers[plain, _NORM] = numbers[plain, _PRE]
    outputs = {index: drawn[index, _OUT][0] for index in range(len(layers))}
    slopes = slopes_from_outputs([layer.activation_name for layer in layers], outputs)
    if not_told := _not_told(layers):
        entering = {index: drawn[index, _stage_entering(layers[index])][0] for index in not_told}
        slopes[not_told] = slopes_of(layers, entering)[not_told]
    return table | {"saturated_fraction": _saturated(layers, drawn), "derivative": slopes}


def samples_entering(layers: Sequence[LayerArrays]) -> dict[int, Floats32]:
    """Return the sample that ``layer_numbers`` draws of the input of nonlinearities whose slope it asks for."""
    groups: dict[int, list[int]] = {}
    for index in _not_told(layers):
        groups.setdefault(measure.sample_size(*layers[index].entering.shape), []).append(index)
    found: dict[int, Floats32] = {}
    for members in groups.values():
        found.update(zip(members, measure.samples([layers[index].entering for index in members]), strict=True))
    return found


def _not_told(layers: Sequence[LayerArrays]) -> list[int]:
    return [index for index, layer in enumerate(layers) if layer.activation_name not in FROM_OUTPUT]


def _stage_entering(layer: LayerArrays) -> int:
    return _PRE if layer.entering is layer.values.pre_activation else _NORM


def _by_sample_size(values: Sequence[LayerValues]) -> list[list[_Key]]:
    """Return the stages that there are, those that equally many values are drawn of together."""
    groups: dict[int, list[_Key]] = {}
    for stage in (_PRE, _NORM, _OUT):
        for index, stages in enumerate(values):
            if (array := stages[stage]) is not None:
                groups.setdefault(measure.sample_size(*array.shape), []).append((index, stage))
    return list(groups.values())


def _measure(
    values: Sequence[LayerValues], keys: list[_Key], edges: Edges, table: dict[str, Array], drawn: _Rows
) -> None:
    """Measure stages of equal sample size, and keep what was drawn of them."""
    arrays = [array for index, stage in keys if (array := values[index][stage]) is not None]
    sample = measure.samples(arrays)
    ordered = np.sort(sample)
    rows = tuple(np.array(keys).T)
    table["histogram"][rows] = measure.sorted_histogram(ordered, [edges.of(STAGES[stage]) for _, stage in keys])
    table["quantiles"][rows] = measure.sorted_quantiles(ordered, QUANTILES)
    table["moments"][rows] = measure.moments(sample)
    drawn.update(zip(keys, zip(sample, ordered, strict=True), strict=True))


def _saturated(layers: Sequence[LayerArrays], drawn: _Rows) -> Floats32:
    """Return the share of a layer's outputs in the saturated region; NaN where the nonlinearity has none."""
    shares = np.full(len(layers), np.nan, np.float32)
    for index, layer in enumerate(layers):
        if (limits := SATURATED.get(layer.activation_name)) is not None:
            _, ordered = drawn[index, _OUT]
            shares[index] = 1 - measure.count_within(ordered, limits.low, limits.high) / len(ordered)
    return shares
