"""Observation: one step of one arm, still as tensors, to be reduced to numbers later.

Observing is quick and happens in the training thread; reducing takes longer and may happen in another
thread, on another core. Training no longer changes anything in here.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from bnviz.telemetry.run_description import Edges


@dataclass(frozen=True, slots=True)
class NormState:
    """Copies of what one normalization holds per unit, each (U,); None for what it does not have."""

    weight: Tensor | None = None
    bias: Tensor | None = None
    running_mean: Tensor | None = None
    running_var: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LayerObservation:
    """One hidden layer in one step; R rows (samples, or positions of feature maps) and U units.

    Attributes:
        linear: (R, U), output of W u + b.
        norm: (R, U), output of its normalization; None without one.
        activation: (R, U), output of its nonlinearity.
        norm_after_activation: whether the normalization follows the nonlinearity.
        activation_name: name of the nonlinearity.
        norm_state: copies of its normalization's parameters and running statistics; None without one.
        batch_stats: mean and biased variance (U,) of the normalization's input over the whole batch, where
            the rows are not the whole batch; else None.
        dead: bool (U,), units of a ReLU that are 0 throughout the batch; None where the rows are the whole
            batch.
    """

    linear: Tensor
    norm: Tensor | None
    activation: Tensor
    norm_after_activation: bool
    activation_name: str
    norm_state: NormState | None
    batch_stats: tuple[Tensor, Tensor] | None = None
    dead: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One arm's step, still as tensors.

    Attributes:
        layers: L hidden layers, of any widths.
        grad_norm: (L + 1,), head last.
        weights_before: weights before the update (``recorder.subsample`` of each), head last; empty when not
            wanted.
        weight_updates: weights after the update minus ``weights_before``, head last; empty when not wanted.
        edges: histogram ranges.
        units: how many units' percentiles are kept of the widest layer; fewer are padded with NaN.
        scalars: in the order of ``records.SCALARS``.
    """

    layers: tuple[LayerObservation, ...]
    grad_norm: Tensor
    weights_before: list[Tensor]
    weight_updates: list[Tensor]
    edges: Edges
    units: int
    scalars: tuple[float, ...]
