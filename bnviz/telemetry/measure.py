"""Histograms on fixed edges, quantiles and moments of the values of layers.

All functions use NumPy, because its sort is the fastest on a CPU. ``values`` is always float32 (L, B, U): L layers
of equal shape, B samples and U units.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats32
from bnviz.telemetry.records import BINS, UNIT_PERCENTILES

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


def sample_size(rows: int, columns: int) -> int:
    """Return how many values ``samples`` draws of a layer of this shape."""
    return min(rows * columns, MAX_SAMPLES)


def samples(arrays: Sequence[Floats32]) -> Floats32:
    """Return MAX_SAMPLES values of each array (B, U), evenly spaced over rows and units, or all if there are fewer.

    Args:
        arrays: of one ``sample_size``; their shapes may differ.

    Returns:
        (L, n), copies in memory order.
    """
    found = np.empty((len(arrays), sample_size(*arrays[0].shape)), np.float32)
    for row, array in zip(found, arrays, strict=True):
        flat = array.reshape(-1)
        if flat.size > MAX_SAMPLES:
            # No index wraps; this mode is the fastest.
            flat.take(_sample_indices(*array.shape), out=row, mode="wrap")
        else:
            row[:] = flat
    return found


@lru_cache(maxsize=64)
def _sample_indices(rows: int, columns: int) -> npt.NDArray[np.intp]:
    indices = low_discrepancy_indices(rows, columns, MAX_SAMPLES)
    indices.setflags(write=False)
    return indices


def histogram(values: Floats32, low: float, high: float) -> npt.NDArray[np.uint32]:
    """Count values in BINS equal bins of [low, high), and in one more bin on either side.

    Args:
        values: (L, B, U).
        low: lower edge.
        high: upper edge; a value equal to it is counted in the last inner bin.

    Returns:
        uint32 (L, BINS + 2); the first and the last bin count values outside of the range, and the first also NaN.
    """
    return sorted_histogram(np.sort(values.reshape(values.shape[0], -1), axis=-1), [(low, high)] * len(values))


def sorted_histogram(ordered: Floats32, ranges: Sequence[tuple[float, float]]) -> npt.NDArray[np.uint32]:
    """Return the same counts of values that are sorted already, (L, N): an edge is looked up, no value is read.

    The counts are those of ``bin_of``, to the bit, for it grows with the value.

    Args:
        ordered: (L, N), ascending along the last axis.
        ranges: low and high of each row.
    """
    places = np.array([row.searchsorted(_marks(*limits)) for row, limits in zip(ordered, ranges, strict=True)])
    first_high, beyond_high, numbers = places[:, -3:].T
    counts = np.empty((len(ordered), BINS + 2), np.uint32)
    counts[:, 0] = places[:, 0] + ordered.shape[1] - numbers
    np.subtract(places[:, 1 : BINS + 1], places[:, :BINS], out=counts[:, 1:-1], casting="unsafe")
    counts[:, -1] = numbers - places[:, BINS]
    moved = (beyond_high - first_high).astype(np.uint32)
    counts[:, BINS] += moved
    counts[:, BINS + 1] -= moved
    return counts


def count_within(ordered: Floats32, low: float, high: float) -> int:
    """Return how many of sorted values (N,) are in [low, high]."""
    first, beyond = ordered.searchsorted(_ends(low, high))
    return int(beyond - first)


@lru_cache(maxsize=64)
def _ends(low: float, high: float) -> Floats32:
    ends = np.array([low, np.nextafter(np.float32(high), np.float32(np.inf))], np.float32)
    ends.setflags(write=False)  # the cache returns the same array to every caller
    return ends


def bin_of(values: Floats32, low: float, high: float) -> npt.NDArray[np.intp]:
    """Return the bin of each value, 0..BINS + 1: 1 + floor((value - low) BINS / (high - low)), in float32."""
    with np.errstate(over="ignore"):
        position = values - np.float32(low)
        position *= np.float32(BINS / (high - low))
        position += 1  # so that truncation toward zero equals floor for everything inside
    np.fmin(np.fmax(position, 0, out=position), BINS + 1, out=position)
    return position.astype(np.intp)


@lru_cache(maxsize=64)
def _marks(low: float, high: float) -> Floats32:
    """Return where sorted values are cut: at the bins 1 to BINS + 1, at high, at what follows it, and at NaN, the last.

    A bin begins at the smallest float32 that ``bin_of`` puts there, found by halving the range of all floats.
    """
    wanted = np.arange(1, BINS + 2)
    below = np.full(len(wanted), _place(-np.inf), np.int64)  # of a bin that comes before
    within = np.full(len(wanted), _place(np.inf), np.int64)
    while (within - below).max() > 1:
        middle = (below + within) // 2
        reached = bin_of(_at_place(middle), low, high) >= wanted
        below, within = np.where(reached, below, middle), np.where(reached, middle, within)
    last = np.float32(high)
    marks = np.concatenate([_at_place(within), [last, np.nextafter(last, np.float32(np.inf)), np.float32(np.nan)]])
    marks.setflags(write=False)  # the cache returns the same array to every caller
    return marks


def _place(value: float) -> int:
    """Return the place of a float32 among all of them, ascending; 0 and -0 are both at 0."""
    bits = int(np.float32(value).view(np.int32))
    return bits if bits >= 0 else -(bits & 0x7FFFFFFF)


def _at_place(places: npt.NDArray[np.int64]) -> Floats32:
    """Return the float32 at each place."""
    sizes = np.abs(places).astype(np.int32).view(np.float32)
    found: Floats32 = np.copysign(sizes, places.astype(np.float32))
    return found


def sorted_quantiles(ordered: Floats32, levels: Sequence[float]) -> Floats32:
    """Interpolate quantile levels (linear, as np.quantile does) from values sorted along the last axis.

    Args:
        ordered: (..., N), ascending along the last axis.
        levels: quantile levels in 0..1.

    Returns:
        float32 (..., len(levels)).
    """
    below, above, weight, rest = _interpolation(ordered.shape[-1], tuple(levels))
    with np.errstate(invalid="ignore", over="ignore"):
        between: Floats32 = ordered.take(below, axis=-1)
        between *= rest
        between += ordered.take(above, axis=-1) * weight
    return between


@lru_cache(maxsize=256)
def _interpolation(
    count: int, levels: tuple[float, ...]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats32, Floats32]:
    """Return between which of sorted values each level lies, and the weight of the one above and of the one below."""
    position = np.asarray(levels) * (count - 1)
    below = np.floor(position).astype(np.intp)
    above = np.ceil(position).astype(np.intp)
    weight = (position - below).astype(np.float32)
    found = below, above, weight, 1 - weight
    for array in found:
        array.setflags(write=False)  # the cache returns the same arrays to every caller
    return found


def unit_percentiles(values: Sequence[Floats32], units: npt.NDArray[np.intp]) -> npt.NDArray[np.float16]:
    """Return the percentiles UNIT_PERCENTILES of each kept unit over the batch, float16 (L, len(units), 3).

    Source: Ioffe & Szegedy 2015, Fig. 1b and 1c (15th, 50th and 85th percentile of one unit).

    Args:
        values: (B, U) of each layer, all of one shape.
        units: those that are kept.
    """
    batch, width = values[0].shape
    columns = np.empty((len(values), len(units), batch), np.float32)  # sorting is slower along an axis inside
    for layer, array in zip(columns, values, strict=True):
        layer[:] = array.T if len(units) == width else array.T[units]
    columns.sort(axis=-1)
    limit = np.float32(np.finfo(np.float16).max)
    return sorted_quantiles(columns, UNIT_PERCENTILES).clip(-limit, limit).astype(np.float16)


def moments(values: Floats32) -> Floats32:
    """Return the mean and the biased standard deviation of each layer's values, (L, 2)."""
    flat = values.reshape(values.shape[0], -1)
    with np.errstate(over="ignore", invalid="ignore"):  # values may overflow shortly before a divergence
        mean = flat.mean(axis=1)
        centered = flat - mean[:, None]
        var = np.einsum("ln,ln->l", centered, centered) / np.float32(flat.shape[1])
        return np.stack([mean, np.sqrt(var)], axis=1)
