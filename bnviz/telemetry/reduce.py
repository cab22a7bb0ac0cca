"""Reducing observations to numbers. What torch computes of them is here, the rest in ``arm_records``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import cast

import numpy as np
import torch
from torch import Tensor

from bnviz.array_types import Floats32
from bnviz.telemetry import saturation
from bnviz.telemetry.arm_records import arm_records
from bnviz.telemetry.layer_numbers import samples_entering
from bnviz.telemetry.observation import Arriving, LayerObservation, NormState, Observation, PackedObservation
from bnviz.telemetry.observed_arrays import LayerArrays, LayerValues, NormArrays, ObservationArrays, Weights
from bnviz.telemetry.records import ArmRecord


def reduce_observations(observations: Sequence[Observation | PackedObservation]) -> list[ArmRecord]:
    """Return the numbers of each observation, the same as it gives alone; all layers are computed together.

    Args:
        observations: at least one, all with the same histogram ranges, on any device.
    """
    with torch.no_grad():
        return arm_records([arrays_of(one) for one in Arriving(observations).wait()], mean_slopes)


def slopes_of_all(observations: Sequence[ObservationArrays]) -> Floats32:
    """Return the mean derivatives that only torch computes, (L,) for all layers of all observations; NaN elsewhere."""
    layers = list(chain.from_iterable(one.layers for one in observations))
    with torch.no_grad():
        return mean_slopes(layers, samples_entering(layers))


def mean_slopes(layers: Sequence[LayerArrays], entering: Mapping[int, Floats32]) -> Floats32:
    """Return mean derivatives of nonlinearities, (L,); NaN where there is no sample, or the nonlinearity is unknown.

    Args:
        layers: of any shapes.
        entering: a sample (n,) of the input of some layers' nonlinearities, by the layer's index.
    """
    slopes = np.full(len(layers), np.nan, np.float32)
    groups: dict[tuple[str, int], list[int]] = {}
    for index, sample in entering.items():
        name = layers[index].activation_name
        if name in saturation.DIFFERENTIABLE:  # else of a watched model, with parameters of its own
            groups.setdefault((name, len(sample)), []).append(index)
    for (name, _), members in groups.items():
        values = torch.from_numpy(np.array([entering[index] for index in members]))
        slopes[members] = saturation.derivative(name, values).mean(dim=1).numpy()
    return slopes


def arrays_of(observation: Observation) -> ObservationArrays:
    """Return an observation on the CPU as arrays; float32 shares its memory."""
    before, updates = observation.weights_before, observation.weight_updates
    return ObservationArrays(
        tuple(map(_layer_arrays, observation.layers)),
        _array(observation.grad_norm),
        None if before is None else _weights(before),
        None if updates is None else _weights(updates),
        observation.weight_counts,
        observation.edges,
        observation.units,
        observation.scalars,
    )


def _layer_arrays(layer: LayerObservation) -> LayerArrays:
    norm = None if layer.norm is None else _array(layer.norm)
    stats = layer.batch_stats
    return LayerArrays(
        LayerValues(_array(layer.pre_activation), norm, _array(layer.activation)),
        layer.norm_after_activation,
        layer.activation_name,
        None if layer.norm_state is None else _norm_arrays(layer.norm_state),
        None if stats is None else (_array(stats[0]), _array(stats[1])),
        None if layer.dead is None else float(layer.dead.numpy().mean()),
    )


def _norm_arrays(state: NormState) -> NormArrays:
    parts = (state.weight, state.bias, state.running_mean, state.running_var)
    return NormArrays(*(None if part is None else _array(part) for part in parts))


def _array(values: Tensor) -> Floats32:
    is_plain = values.dtype == torch.float32 and not values.requires_grad  # the usual case, where each call counts
    return cast(Floats32, (values if is_plain else values.detach().float()).numpy())


def _weights(values: Tensor) -> Weights:
    """Return entries of weights in the type that they have, or in float32 where NumPy has no such type."""
    values = values.detach()
    return cast(Weights, (values.float() if values.dtype == torch.bfloat16 else values).numpy())
