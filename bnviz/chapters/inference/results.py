"""Results of the chapter on training and inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True)
class Recalibration:
    """Test accuracy (0..1) before a failure, after it, and after recalibration; in evaluation mode unless noted.

    Attributes:
        intact: before the failure; None for a net that never had good statistics.
        degraded: after the failure.
        batch: the degraded net in training mode, batches of 100.
        recalibrated: after re-estimation on the right data.
        one_class: after re-estimation on images of one class only; None where that was not measured.
    """

    intact: float | None
    degraded: float
    batch: float
    recalibrated: float
    one_class: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StatisticsStudy:
    """Test accuracy of the same weights under different statistics.

    Attributes:
        sizes: training batch sizes.
        steps: updates made before each measurement.
        kinds: names of the statistics.
        seeds: of weights and batches.
        accuracy: (sizes, steps, kinds, seeds), 0..1.
        provenance: date, versions and configuration.
    """

    sizes: tuple[int, ...]
    steps: tuple[int, ...]
    kinds: tuple[str, ...]
    seeds: tuple[int, ...]
    accuracy: npt.NDArray[np.float64]
    provenance: dict[str, Any]

    def curves(self, size: int) -> npt.NDArray[np.float64]:
        """Return mean, lowest and highest over the seeds (3, steps, kinds) for one batch size."""
        values = self.accuracy[self.sizes.index(size)]
        return np.stack([values.mean(-1), values.min(-1), values.max(-1)])


@dataclass(frozen=True, slots=True, eq=False)
class BatchDependence:
    """The same image in many batches.

    Attributes:
        label: the image's true class.
        sizes: batch sizes, S of them.
        training: (S, draws, classes) probabilities in training mode: normalized by the batch.
        evaluation: (S, draws, classes) probabilities in evaluation mode, in the same batches.
    """

    label: int
    sizes: tuple[int, ...]
    training: Floats
    evaluation: Floats

    def of_label(self, mode: str) -> Floats:
        """Return the true class's probability per batch size and draw (S, draws); mode names the array."""
        values: Floats = (self.training if mode == "training" else self.evaluation)[:, :, self.label]
        return values

    def spread(self, mode: str) -> Floats:
        """Return max - min of the true class's probability over the draws, per batch size (S,)."""
        spread: Floats = np.ptp(self.of_label(mode), axis=1)
        return spread

    def answers(self, mode: str) -> tuple[int, ...]:
        """Return the number of different predicted classes over the draws, per batch size."""
        chosen = (self.training if mode == "training" else self.evaluation).argmax(2)
        return tuple(len(np.unique(row)) for row in chosen)


@dataclass(frozen=True, slots=True, eq=False)
class RunningMeanTrace:
    """A running mean and the batch means of one unit, with fixed weights.

    Attributes:
        momentum: weight of the new batch (PyTorch's convention).
        batch_mean: (steps,) mean of each batch.
        running: (steps + 1,) running mean, its start first.
        population: mean over all samples.
        formula_steps: updates after which (1 - m)^n is at most the share, not rounded.
        measured_steps: updates after which the gap to a batch that stays the same was at most the share.
    """

    momentum: float
    batch_mean: Floats
    running: Floats
    population: float
    formula_steps: float
    measured_steps: int

    @property
    def reached(self) -> float:
        """Share of the way from the start to the population mean that the last value has covered."""
        way = self.population - self.running[0]
        return float((self.running[-1] - self.running[0]) / way) if way else 1.0


@dataclass(frozen=True, slots=True)
class FoldedComparison:
    """A net and its folded copy, compared.

    Attributes:
        n_samples: inputs of the comparison.
        largest_difference: largest absolute difference of any logit.
        largest_logit: largest absolute logit, to see how small the difference is.
        same_predictions: share of samples with the same predicted class, 0..1.
        parameters: numbers of the net with norms (weights, gamma, beta and statistics).
        folded_parameters: numbers of the folded net.
        modules: layers before.
        folded_modules: layers after.
    """

    n_samples: int
    largest_difference: float
    largest_logit: float
    same_predictions: float
    parameters: int
    folded_parameters: int
    modules: int
    folded_modules: int


@dataclass(frozen=True, slots=True)
class VarianceEstimates:
    """The variance of small batches, averaged over many.

    Attributes:
        batch_size: samples per batch, m.
        biased: average of the biased variance (1/m); the population's is 1.
        unbiased: average of the unbiased one (1/(m-1)).
        factor: m / (m - 1).
    """

    batch_size: int
    biased: float
    unbiased: float
    factor: float


@dataclass(frozen=True, slots=True, eq=False)
class ImageInBatches:
    """One image and its predictions in many batches."""

    pixels: npt.NDArray[np.float64]
    dependence: BatchDependence
