"""Histograms on fixed edges, quantiles and moments of the values of layers.

All functions use NumPy, because its sort is the fastest on a CPU. ``values`` is always float32 (L, B, U): L layers
of equal shape, B samples and U units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats32
from bnviz.telemetry.records import BINS, QUANTILES, UNIT_PERCENTILES

MAX_SAMPLES = 2048
"""Most values that the distribution of a layer is estimated from, so that wide nets stay cheap."""


def low_discrepancy_indices(rows: int, columns: int, wanted: int) -> npt.NDArray[np.intp]:
    """Return distinct flat indices, 0..rows * columns - 1, that cover a (rows, columns) table evenly.

    Each row occurs equally often, give or take one, and so does each column. The column advances by about the
    golden section of the number of columns, so that a few indices are spread evenly as well.

    Args:
        rows: number of rows, for example samples of a batch.
        columns: number of columns, for example units, or positions of a map.
        wanted: number of indices; a smaller table is returned whole.
    """
    if rows * columns <= wanted:
        return np.arange(rows * columns, dtype=np.intp)
    distance = max(1, round(0.618 * columns))
    while math.gcd(distance, columns) > 1:
        distance += 1
    index = np.arange(wanted)
    flat: npt.NDArray[np.intp] = index * rows // wanted * columns + index * distance % columns
    return flat


def sample(values: Floats32) -> Floats32:
    """Return MAX_SAMPLES values of each layer, evenly spaced over rows and units, or all if there are fewer.

    Args:
        values: (L, B, U).

    Returns:
        (L, 1, n), a copy in memory order.
    """
    layers, batch, units = values.shape
    flat = values.reshape(layers, 1, -1)
    if batch * units <= MAX_SAMPLES:
        return flat.copy()
    indices = low_discrepancy_indices(batch, units, MAX_SAMPLES)
    return flat.take(indices, axis=2, mode="wrap")  # no index wraps; this mode is the fastest


def histogram(values: Floats32, low: float, high: float) -> npt.NDArray[np.uint32]:
    """Count values in BINS equal bins of [low, high), and in one more bin on either side.

    Args:
        values: (L, B, U).
        low: lower edge.
        high: upper edge; a value equal to it is counted in the last inner bin.

    Returns:
        uint32 (L, BINS + 2); the first and the last bin count values outside of the range, and the first also NaN.
    """
    layers = values.shape[0]
    with np.errstate(over="ignore"):
        position = values - np.float32(low)
        position *= np.float32(BINS / (high - low))
    position += 1  # so that truncation toward zero equals floor for everything inside
    np.fmin(np.fmax(position, 0, out=position), BINS + 1, out=position)
    index = position.astype(np.intp)
    index += (np.arange(layers, dtype=np.intp) * (BINS + 2)).reshape(layers, 1, 1)
    counts = np.bincount(index.ravel(), minlength=layers * (BINS + 2)).reshape(layers, BINS + 2)
    on_edge = np.count_nonzero(values == high, axis=(1, 2))
    counts[:, BINS] += on_edge
    counts[:, BINS + 1] -= on_edge
    return counts.astype(np.uint32)


def sorted_quantiles(ordered: Floats32, levels: Sequence[float]) -> Floats32:
    """Interpolate quantile levels (linear, as np.quantile does) from values sorted along the last axis.

    Args:
        ordered: (..., N), ascending along the last axis.
        levels: quantile levels in 0..1.

    Returns:
        float32 (..., len(levels)).
    """
    position = np.asarray(levels) * (ordered.shape[-1] - 1)
    below = np.floor(position).astype(np.intp)
    above = np.ceil(position).astype(np.intp)
    weight = (position - below).astype(np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        between: Floats32 = ordered[..., below] * (1 - weight) + ordered[..., above] * weight
    return between


def layer_quantiles(values: Floats32) -> Floats32:
    """Return the quantiles at the levels QUANTILES of each layer's values over batch and units, (L, 5)."""
    return sorted_quantiles(np.sort(values.reshape(values.shape[0], -1), axis=-1), QUANTILES)


def unit_percentiles(values: Floats32, units: npt.NDArray[np.intp]) -> npt.NDArray[np.float16]:
    """Return the percentiles UNIT_PERCENTILES of each kept unit over the batch, float16 (L, len(units), 3).

    Source: Ioffe & Szegedy 2015, Fig. 1b and 1c (15th, 50th and 85th percentile of one unit).
    """
    kept = values if len(units) == values.shape[2] else values[:, :, units]
    ordered = np.sort(kept, axis=1).transpose(0, 2, 1)
    limit = np.float32(np.finfo(np.float16).max)
    return np.clip(sorted_quantiles(ordered, UNIT_PERCENTILES), -limit, limit).astype(np.float16)


def moments(values: Floats32) -> Floats32:
    """Return the mean and the biased standard deviation of each layer's values, (L, 2)."""
    flat = values.reshape(values.shape[0], -1)
    with np.errstate(over="ignore", invalid="ignore"):  # values may overflow shortly before a divergence
        mean = flat.mean(axis=1)
        centered = flat - mean[:, None]
        var = np.einsum("ln,ln->l", centered, centered) / np.float32(flat.shape[1])
        return np.stack([mean, np.sqrt(var)], axis=1)
