"""What was observed: Frame and its parts. Numbers only, never tensors."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]

BINS = 60
"""Bins of every histogram; one more on either side holds the mass beyond the edges."""

STAGES = ("pre_activation", "norm", "activation")
"""Where a hidden layer is measured: the output of W u + b, of the normalization, and of the nonlinearity.

In a layer without normalization, the stage "norm" repeats the pre-activations.
"""

QUANTILES = (0.05, 0.15, 0.5, 0.85, 0.95)
"""Quantile levels of a layer's values, over batch and units."""

UNIT_PERCENTILES = (0.15, 0.5, 0.85)
"""Quantile levels of one unit over the batch (Ioffe & Szegedy 2015, Fig. 1b and 1c)."""

PARAMETERS = ("gamma", "beta", "batch_mean", "batch_var", "running_mean", "running_var")
"""What a normalized layer holds per unit. As in PyTorch, batch_var is biased and running_var is unbiased."""

SCALARS = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")

MAX_LAYERS = 4096
"""Most layers that a description names; what is written and what is read share this limit."""

MAX_UNITS = 100
"""Most units per layer whose own percentiles are kept; they are evenly spaced over the layer."""


@dataclass(frozen=True, slots=True, eq=False)
class ArmRecord:
    """One arm at one step, with L hidden layers and U recorded units. Missing numbers are NaN.

    Attributes:
        histogram: uint32 (L, 3, BINS + 2), counts per stage; the first and the last bin hold values beyond the edges.
        quantiles: float32 (L, 3, 5), levels QUANTILES per stage.
        moments: float32 (L, 3, 2), mean and standard deviation per stage.
        saturated_fraction: float32 (L,), share of nonlinearity outputs in the saturated region, 0..1.
        derivative: float32 (L,), mean derivative of the nonlinearity.
        dead_fraction: float32 (L,), share of units whose output is 0 on every sample of the batch.
        grad_norm: float32 (L + 1,), Euclidean norm of the weight gradient, head last.
        update_to_data_ratio: float32 (L + 1,), std of the step taken / std of the weights, head last.
        unit_percentiles: float16 (L, U, 3), nonlinearity input per unit, levels UNIT_PERCENTILES.
        parameters: float32 (L, 6, 5), levels QUANTILES over units of each of PARAMETERS.
        scalars: float32 (4,), in the order of SCALARS; the test values are the last known ones.
    """

    histogram: Array
    quantiles: Array
    moments: Array
    saturated_fraction: Array
    derivative: Array
    dead_fraction: Array
    grad_norm: Array
    update_to_data_ratio: Array
    unit_percentiles: Array
    parameters: Array
    scalars: Array

    def scalar(self, name: str) -> float:
        """Return one of SCALARS by name."""
        return float(self.scalars[SCALARS.index(name)])


ARM_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(ArmRecord))
"""Field order on the wire and in recordings."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What was observed at one step, for every arm."""

    step: int
    arms: tuple[ArmRecord, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A change that was made during training, or a divergence.

    Attributes:
        step: when it took effect.
        kind: "changed" or "diverged".
        text: "changed": the field and its new value, as in "lr=0.1"; "diverged": the name of the layer.
        arm: which arm; -1 means all.
    """

    step: int
    kind: str
    text: str
    arm: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceRecord:
    """The loss around the weights of every arm on one plane, and the paths of the optimization to that point.

    Attributes:
        step: step of the checkpoint.
        xs: float32 (n,), coordinates along the first direction.
        ys: float32 (n,), along the second.
        loss: float32 (A, n, n), ``loss[a, j, i]`` at ``(xs[i], ys[j])``.
        path: float32 (A, T, 2), optimization path in plane coordinates; NaN where an arm has fewer points.
        captured: float32 (A,), share of the path's squared displacement that lies in the plane, 0..1; NaN if
            unknown.
        plane: "random" (filter-normalized), "pca" (of all paths together) or "pca-own" (of each arm's own).
        bn_stats: "batch" or "running".
    """

    step: int
    xs: Array
    ys: Array
    loss: Array
    path: Array
    captured: Array
    plane: str
    bn_stats: str


@dataclass(frozen=True, slots=True, eq=False)
class BoundaryRecord:
    """Class probabilities of every arm over a 2-D input space.

    Attributes:
        step: step of the checkpoint.
        xs: float32 (n,), first input.
        ys: float32 (n,), second input.
        probability: float16 (A, C, n, n), ``probability[a, c, j, i]`` at ``(xs[i], ys[j])``.
    """

    step: int
    xs: Array
    ys: Array
    probability: Array


def blank_record(layers: int, units: int) -> ArmRecord:
    """Return a record without an observation: empty histograms, and NaN for every number."""

    def nans(*shape: int) -> Array:
        return np.full(shape, np.nan, np.float32)

    return ArmRecord(
        histogram=np.zeros((layers, len(STAGES), BINS + 2), np.uint32),
        quantiles=nans(layers, len(STAGES), len(QUANTILES)),
        moments=nans(layers, len(STAGES), 2),
        saturated_fraction=nans(layers),
        derivative=nans(layers),
        dead_fraction=nans(layers),
        grad_norm=nans(layers + 1),
        update_to_data_ratio=nans(layers + 1),
        unit_percentiles=nans(layers, units, len(UNIT_PERCENTILES)).astype(np.float16),
        parameters=nans(layers, len(PARAMETERS), len(QUANTILES)),
        scalars=nans(len(SCALARS)),
    )


@lru_cache(maxsize=256)
def kept_units(width: int) -> npt.NDArray[np.intp]:
    """Return the units whose percentiles are kept: all of them up to MAX_UNITS, evenly spaced ones beyond."""
    count = min(width, MAX_UNITS)
    units = np.unique(np.linspace(0, width - 1, count).round().astype(np.intp))
    units.setflags(write=False)  # the cache returns the same array to every caller
    return units
