"""Numbers from values: histograms on fixed edges, quantiles, moments.

NumPy throughout, because its sort is the fastest on a CPU.

Everywhere ``values`` is float32 (L, B, U): L layers of equal shape, B samples, U units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats32
from bnviz.telemetry.records import BINS, QUANTILES, UNIT_PERCENTILES

SAMPLE = 2048
"""A layer's distribution is taken from at most this many of its values, so that wide nets stay cheap."""


def low_discrepancy_indices(rows: int, columns: int, wanted: int) -> npt.NDArray[np.intp]:
    """Return which entries of a (rows, columns) table to take, as places 0..rows * columns - 1, each once.

    Every row and every column is met equally often, give or take one. Columns follow one another at a
    distance near the golden section of their number, so that few of them are spread evenly as well.

    Args:
        rows: samples of a batch, say.
        columns: units of a sample, or places of a picture.
        wanted: how many entries; all of them when there are fewer.
    """
    if rows * columns <= wanted:
        return np.arange(rows * columns, dtype=np.intp)
    distance = max(1, round(0.618 * columns))
    while math.gcd(distance, columns) > 1:
        distance += 1
    index = np.arange(wanted)
    places: npt.NDArray[np.intp] = index * rows // wanted * columns + index * distance % columns
    return places


def sample(values: Floats32) -> Floats32:
    """Return SAMPLE values of every layer, evenly spaced over rows and units; all when there are fewer.

    Args:
        values: (L, B, U).

    Returns:
        (L, 1, n), a copy in memory order.
    """
    layers, batch, units = values.shape
    flat = values.reshape(layers, 1, -1)
    if batch * units <= SAMPLE:
        return flat.copy()
    return flat.take(
        low_discrepancy_indices(batch, units, SAMPLE), axis=2, mode="wrap"
    )  # nothing wraps; it is the fastest


def histogram(values: Floats32, low: float, high: float) -> npt.NDArray[np.uint32]:
    """Count values in BINS equal bins of [low, high), one more bin on either side.

    Args:
        values: (L, B, U).
        low: lower edge.
        high: upper edge; a value equal to it falls into the last inner bin.

    Returns:
        uint32 (L, BINS + 2); the first and last bin hold what lies outside (NaN counts in the first).
    """
    layers = values.shape[0]
    with np.errstate(over="ignore"):
        place = values - np.float32(low)
        place *= np.float32(BINS / (high - low))
    place += 1  # so that truncation toward zero equals floor for everything inside
    np.fmin(np.fmax(place, 0, out=place), BINS + 1, out=place)
    index = place.astype(np.intp)
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
    """Return levels QUANTILES of each layer's values over batch and units, (L, 5)."""
    return sorted_quantiles(np.sort(values.reshape(values.shape[0], -1), axis=-1), QUANTILES)


def unit_percentiles(values: Floats32, units: npt.NDArray[np.intp]) -> npt.NDArray[np.float16]:
    """Return levels UNIT_PERCENTILES of each kept unit over the batch, float16 (L, len(units), 3).

    Source: Ioffe & Szegedy 2015, Fig. 1b and 1c (15th, 50th and 85th percentile of one unit).
    """
    kept = values if len(units) == values.shape[2] else values[:, :, units]
    ordered = np.sort(kept, axis=1).transpose(0, 2, 1)
    limit = np.float32(np.finfo(np.float16).max)
    return np.clip(sorted_quantiles(ordered, UNIT_PERCENTILES), -limit, limit).astype(np.float16)


def moments(values: Floats32) -> Floats32:
    """Return mean and (biased) standard deviation of each layer's values, (L, 2)."""
    flat = values.reshape(values.shape[0], -1)
    with np.errstate(over="ignore", invalid="ignore"):  # shortly before a divergence
        mean = flat.mean(axis=1)
        centered = flat - mean[:, None]
        var = np.einsum("ln,ln->l", centered, centered) / np.float32(flat.shape[1])
        return np.stack([mean, np.sqrt(var)], axis=1)
