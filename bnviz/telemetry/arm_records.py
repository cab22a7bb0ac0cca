"""The numbers of all arms at one step, computed at once: most of the cost of many small operations is their calls."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats32
from bnviz.telemetry.layer_numbers import SlopesOf, layer_numbers
from bnviz.telemetry.observed_arrays import ObservationArrays, Weights
from bnviz.telemetry.records import ArmRecord, Array
from bnviz.telemetry.unit_numbers import unit_numbers


def arm_records(observations: Sequence[ObservationArrays], slopes_of: SlopesOf) -> list[ArmRecord]:
    """Return the numbers of each observation, the same as it gives alone; all layers are computed together.

    Args:
        observations: at least one, all with the same histogram ranges.
        slopes_of: returns the mean derivatives that the outputs of nonlinearities do not tell.
    """
    layers = list(chain.from_iterable(o.layers for o in observations))
    table = layer_numbers(layers, observations[0].edges, slopes_of) | unit_numbers(layers)
    ratios = _all_ratios(observations)
    records, first = [], 0
    for observation, ratio in zip(observations, ratios, strict=True):
        rows = slice(first, first + len(observation.layers))
        first = rows.stop
        fields = {name: values[rows] for name, values in table.items()}
        fields["unit_percentiles"] = _with_n_units(fields["unit_percentiles"], observation.units)
        records.append(
            ArmRecord(
                **fields,
                grad_norm=observation.grad_norm.copy(),  # not all that arrived with it
                update_to_data_ratio=ratio,
                scalars=np.asarray(observation.scalars, np.float32),
            )
        )
    return records


def _with_n_units(percentiles: Array, units: int) -> Array:
    """Return percentiles (L, U, 3) of this number of units: padded with NaN, or cut."""
    missing = units - percentiles.shape[1]
    if missing > 0:
        return np.pad(percentiles, ((0, 0), (0, missing), (0, 0)), constant_values=np.float16(np.nan))
    return np.ascontiguousarray(percentiles[:, :units])


def _all_ratios(observations: Sequence[ObservationArrays]) -> list[Floats32]:
    """Return std(update) / std(weights) per layer of each observation; NaN where the update was not observed."""
    updated = [observation for observation in observations if observation.weights_before is not None]
    if not updated:
        return [_unknown(observation) for observation in observations]
    counts = [count for observation in updated for count in observation.weight_counts]
    weights = _stds([o.weights_before for o in updated if o.weights_before is not None], counts)
    updates = _stds([o.weight_updates for o in updated if o.weight_updates is not None], counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: Floats32 = (updates / weights).astype(np.float32)
    parts = iter(np.split(ratios, np.cumsum([len(o.weight_counts) for o in updated])[:-1]))
    return [_unknown(o) if o.weights_before is None else next(parts) for o in observations]


def _unknown(observation: ObservationArrays) -> Floats32:
    return np.full(len(observation.grad_norm), np.nan, np.float32)


def _stds(weights: Sequence[Weights], counts: Sequence[int]) -> npt.NDArray[np.float64]:
    """Return the standard deviation (n - 1, as torch's) of each so many entries, from their sum and that of squares."""
    flat = np.concatenate(weights).astype(np.float64)  # shortly before a divergence, squares are beyond float32
    n = np.array(counts)
    starts = np.cumsum(n) - n
    sums = np.add.reduceat(flat, starts)
    squares = np.add.reduceat(np.square(flat), starts)
    with np.errstate(divide="ignore", invalid="ignore"):
        stds: npt.NDArray[np.float64] = np.sqrt(np.maximum(squares - sums**2 / n, 0) / (n - 1))
    return stds
