"""Observation: what a recorder saw in one step, still as tensors, to be reduced to numbers later.

Seeing is quick and happens in the training thread; reducing takes longer and may happen in another thread,
on another core. Nothing in here is touched by training any more.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from bnviz.telemetry.records import ArmRecord
from bnviz.telemetry.together import reduce_together


@dataclass(frozen=True, slots=True)
class Edges:
    """Range of the fixed histogram axes per stage, the same for all arms of an experiment."""

    linear: tuple[float, float] = (-6.0, 6.0)
    norm: tuple[float, float] = (-6.0, 6.0)
    activation: tuple[float, float] = (-6.0, 6.0)


@dataclass(frozen=True, slots=True)
class NormState:
    """Copies of what one normalization holds per unit, each (U,); None for what it does not have."""

    weight: Tensor | None = None
    bias: Tensor | None = None
    running_mean: Tensor | None = None
    running_var: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SeenLayer:
    """One hidden layer as it was seen; R rows (samples, or places of feature maps) and U units.

    Attributes:
        linear: (R, U), output of W u + b.
        norm: (R, U), output of its normalization; None without one.
        activation: (R, U), output of its nonlinearity.
        after: whether the normalization follows the nonlinearity.
        function: name of the nonlinearity.
        held: copies of its normalization's parameters and running statistics; None without one.
        batch: mean and biased variance (U,) of what enters the normalization, over the whole batch, where the
            rows are not the whole batch; else None.
        silent: bool (U,), units of a relu that are 0 throughout the batch; None as for ``batch``.
    """

    linear: Tensor
    norm: Tensor | None
    activation: Tensor
    after: bool
    function: str
    held: NormState | None
    batch: tuple[Tensor, Tensor] | None = None
    silent: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One arm's step as it was seen.

    Attributes:
        layers: L hidden layers, of any widths.
        grad_norm: (L + 1,), head last.
        before: weights before the update (``recorder.few`` of each), head last; empty when not wanted.
        taken: the step really taken, likewise.
        edges: histogram ranges.
        units: how many units' percentiles are kept of the widest layer; fewer are padded with NaN.
        scalars: in the order of ``records.SCALARS``.
    """

    layers: tuple[SeenLayer, ...]
    grad_norm: Tensor
    before: list[Tensor]
    taken: list[Tensor]
    edges: Edges
    units: int
    scalars: tuple[float, ...]

    def reduce(self) -> ArmRecord:
        """Return the numbers; callable from any thread."""
        return reduce_together([self])[0]
