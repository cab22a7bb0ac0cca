"""Reducing several arms at once: it is many small array operations, and most of their cost is the call."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from bnviz.telemetry.measure import Floats
from bnviz.telemetry.records import ArmRecord, Array
from bnviz.telemetry.stack import numbers

if TYPE_CHECKING:
    from bnviz.telemetry.observation import Edges, Observation, SeenLayer


def reduce_together(observations: Sequence[Observation]) -> list[ArmRecord]:
    """Return every observation's numbers, the same as each alone would give; alike layers in one go.

    Args:
        observations: at least one, all with the same histogram ranges.
    """
    with torch.no_grad():
        table = _table(list(chain.from_iterable(o.layers for o in observations)), observations[0].edges)
        ratios = _all_ratios(observations)
    records, first = [], 0
    for observation, ratio in zip(observations, ratios, strict=True):
        rows = slice(first, first + len(observation.layers))
        first = rows.stop
        fields = {name: values[rows] for name, values in table.items()}
        fields["unit_percentiles"] = _fitted(fields["unit_percentiles"], observation.units)
        records.append(
            ArmRecord(
                **fields,
                grad_norm=observation.grad_norm.float().cpu().numpy(),
                update_ratio=ratio,
                scalars=np.asarray(observation.scalars, np.float32),
            )
        )
    return records


def _table(layers: Sequence[SeenLayer], edges: Edges) -> dict[str, Array]:
    """Return the numbers of all layers by field, in their order; those of equal shape are stacked."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, layer in enumerate(layers):
        key = (layer.linear.shape, layer.linear.device, layer.function, layer.after)
        groups.setdefault(key, []).append(index)
    if len(groups) == 1:
        return numbers(layers, edges)
    tables = [numbers([layers[index] for index in group], edges) for group in groups.values()]
    most = max(table["unit_percentiles"].shape[1] for table in tables)
    for table in tables:
        table["unit_percentiles"] = _fitted(table["unit_percentiles"], most)
    order = np.argsort(list(chain.from_iterable(groups.values())))
    return {name: np.concatenate([table[name] for table in tables])[order] for name in tables[0]}


def _fitted(percentiles: Array, units: int) -> Array:
    """Return percentiles (L, U, 3) of so many units: padded with NaN, or cut to them."""
    missing = units - percentiles.shape[1]
    if missing > 0:
        return np.pad(percentiles, ((0, 0), (0, missing), (0, 0)), constant_values=np.float16(np.nan))
    return np.ascontiguousarray(percentiles[:, :units])


def _all_ratios(observations: Sequence[Observation]) -> list[Floats]:
    """Return std(step taken) / std(weights) per layer of every observation; NaN where no update was seen."""
    seen = [observation for observation in observations if observation.before]
    if not seen:
        return [_unknown(observation) for observation in observations]
    before = _stds(list(chain.from_iterable(o.before for o in seen)))
    taken = _stds(list(chain.from_iterable(o.taken for o in seen)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: Floats = (taken / before).astype(np.float32)
    parts = iter(np.split(ratios, np.cumsum([len(o.before) for o in seen])[:-1]))
    return [next(parts) if o.before else _unknown(o) for o in observations]


def _unknown(observation: Observation) -> Floats:
    return np.full(len(observation.grad_norm), np.nan, np.float32)


def _stds(tensors: list[Tensor]) -> npt.NDArray[np.float64]:
    """Return the standard deviation (n - 1, as torch's) of each tensor, from its norm and its sum."""
    norms = torch.stack(torch._foreach_norm(tensors)).double().cpu().numpy()
    sums = torch.stack([tensor.sum() for tensor in tensors]).double().cpu().numpy()
    n = np.array([tensor.numel() for tensor in tensors], np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.maximum(norms**2 - sums**2 / n, 0) / (n - 1))
