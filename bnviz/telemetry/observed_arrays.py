"""What an observation holds, as NumPy arrays on the CPU: all that reducing needs, so that it never imports torch.

A process that only reduces starts in a moment and stays small (``bnviz.training.reducer_program``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats32
from bnviz.telemetry.run_description import Edges

Weights = npt.NDArray[np.floating]


class LayerValues(NamedTuple):
    """What left each of ``records.STAGES`` of one layer, (R, U); ``norm`` is None in a layer without normalization."""

    pre_activation: Floats32
    norm: Floats32 | None
    activation: Floats32


class NormArrays(NamedTuple):
    """The state of one normalization per unit, each (U,); None for a part that it does not have."""

    weight: Floats32 | None
    bias: Floats32 | None
    running_mean: Floats32 | None
    running_var: Floats32 | None


@dataclass(frozen=True, slots=True, eq=False)
class LayerArrays:
    """One hidden layer in one step, see ``observation.LayerObservation``.

    Attributes:
        values: what left each stage.
        norm_after_activation: whether the normalization follows the nonlinearity.
        activation_name: name of the nonlinearity.
        norm_state: of the normalization; None in a layer without one.
        batch_stats: mean and biased variance (U,) of the normalization's input; None where the rows are the batch.
        dead: share of units of a ReLU that are 0 throughout the batch; None where the rows are the batch.
    """

    values: LayerValues
    norm_after_activation: bool
    activation_name: str
    norm_state: NormArrays | None = None
    batch_stats: tuple[Floats32, Floats32] | None = None
    dead: float | None = None

    @property
    def entering(self) -> Floats32:
        """The input of the nonlinearity, or of the normalization that follows it the output: (R, U)."""
        pre, norm, _ = self.values
        return pre if self.norm_after_activation or norm is None else norm


@dataclass(frozen=True, slots=True, eq=False)
class ObservationArrays:
    """One step of one arm, see ``observation.Observation``."""

    layers: tuple[LayerArrays, ...]
    grad_norm: Floats32
    weights_before: Weights | None
    weight_updates: Weights | None
    weight_counts: tuple[int, ...]
    edges: Edges
    units: int
    scalars: tuple[float, ...]
