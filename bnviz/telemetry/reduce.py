"""Reducing observations to numbers, all arms at once: most of the cost of many small operations is their calls."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from bnviz.array_types import Floats32
from bnviz.telemetry.observation import Arriving, LayerObservation, Observation
from bnviz.telemetry.records import ArmRecord, Array
from bnviz.telemetry.run_description import Edges
from bnviz.telemetry.stack import Stack, distribution_stats

Stages = tuple[Floats32, Floats32, Floats32]


def reduce_observations(observations: Sequence[Observation]) -> list[ArmRecord]:
    """Return the numbers of each observation, the same as it gives alone; layers of equal shape are computed together.

    Args:
        observations: at least one, all with the same histogram ranges, on any device.
    """
    observations = Arriving(observations).wait()
    with torch.no_grad():
        table = _table(list(chain.from_iterable(o.layers for o in observations)), observations[0].edges)
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
                grad_norm=observation.grad_norm.to(torch.float32, copy=True).numpy(),  # not the frame's whole copy
                update_to_data_ratio=ratio,
                scalars=np.asarray(observation.scalars, np.float32),
            )
        )
    return records


def _table(layers: Sequence[LayerObservation], edges: Edges) -> dict[str, Array]:
    """Return the numbers of all layers by field, in the order of the layers."""
    shapes = _indices_of_equal([_shape_of(layer) for layer in layers])
    stacks = [Stack.of([layers[index] for index in group]) for group in shapes]
    units = _in_order(shapes, [stack.unit_stats() for stack in stacks])
    samples = [stack.samples() for stack in stacks]
    firsts = [stack.layers[0] for stack in stacks]
    kinds = _indices_of_equal(
        [
            (*(stage.shape[2] for stage in s), f.activation_name, f.norm_after_activation)
            for s, f in zip(samples, firsts, strict=True)
        ]
    )
    tables = []
    for kind in kinds:
        first = firsts[kind[0]]
        joined = _joined([samples[index] for index in kind])
        tables.append(distribution_stats(joined, first.activation_name, first.norm_after_activation, edges))
    members = [[layer for index in kind for layer in shapes[index]] for kind in kinds]
    return units | _in_order(members, tables)


def _shape_of(layer: LayerObservation) -> tuple[object, ...]:
    """Return what layers have in common that are computed together; a pooled stage has fewer rows than the others."""
    norm = layer.pre_activation if layer.norm is None else layer.norm
    stages = (layer.pre_activation.shape, norm.shape, layer.activation.shape)
    return *stages, layer.pre_activation.device, layer.activation_name, layer.norm_after_activation


def _indices_of_equal(keys: Sequence[tuple[object, ...]]) -> list[list[int]]:
    """Return the indices of equal keys, one list per key."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, key in enumerate(keys):
        groups.setdefault(key, []).append(index)
    return list(groups.values())


def _joined(samples: Sequence[Stages]) -> Stages:
    """Concatenate samples of equal size; "norm" remains the pre-activations where it is so in all samples."""
    if len(samples) == 1:
        return samples[0]
    pre_activation, activation = (np.concatenate([stages[index] for stages in samples]) for index in (0, 2))
    plain = all(stages[1] is stages[0] for stages in samples)
    norm = pre_activation if plain else np.concatenate([stages[1] for stages in samples])
    return pre_activation, norm, activation


def _in_order(groups: list[list[int]], tables: list[dict[str, Array]]) -> dict[str, Array]:
    """Return the rows of all tables in the order of the layers; row i of a table belongs to layer ``group[i]``."""
    layers = list(chain.from_iterable(groups))
    if len(tables) == 1 and layers == sorted(layers):
        return tables[0]
    if "unit_percentiles" in tables[0]:
        most = max(table["unit_percentiles"].shape[1] for table in tables)
        for table in tables:
            table["unit_percentiles"] = _with_n_units(table["unit_percentiles"], most)
    order = np.argsort(layers)
    return {name: np.concatenate([table[name] for table in tables])[order] for name in tables[0]}


def _with_n_units(percentiles: Array, units: int) -> Array:
    """Return percentiles (L, U, 3) of this number of units: padded with NaN, or cut."""
    missing = units - percentiles.shape[1]
    if missing > 0:
        return np.pad(percentiles, ((0, 0), (0, missing), (0, 0)), constant_values=np.float16(np.nan))
    return np.ascontiguousarray(percentiles[:, :units])


def _all_ratios(observations: Sequence[Observation]) -> list[Floats32]:
    """Return std(update) / std(weights) per layer of each observation; NaN where the update was not observed."""
    updated = [observation for observation in observations if observation.weights_before]
    if not updated:
        return [_unknown(observation) for observation in observations]
    weights = _stds(list(chain.from_iterable(o.weights_before for o in updated)))
    updates = _stds(list(chain.from_iterable(o.weight_updates for o in updated)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: Floats32 = (updates / weights).astype(np.float32)
    parts = iter(np.split(ratios, np.cumsum([len(o.weights_before) for o in updated])[:-1]))
    return [next(parts) if o.weights_before else _unknown(o) for o in observations]


def _unknown(observation: Observation) -> Floats32:
    return np.full(len(observation.grad_norm), np.nan, np.float32)


def _stds(tensors: list[Tensor]) -> npt.NDArray[np.float64]:
    """Return the standard deviation (n - 1, as torch's) of each tensor, from its norm and its sum."""
    norms = torch.stack(torch._foreach_norm(tensors)).double().numpy()
    sums = torch.stack([tensor.sum() for tensor in tensors]).double().numpy()
    n = np.array([tensor.numel() for tensor in tensors], np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(np.maximum(norms**2 - sums**2 / n, 0) / (n - 1))
