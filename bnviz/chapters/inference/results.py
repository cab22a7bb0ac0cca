"""What the chapter on training and inference measured, as figures and words read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Repair:
    """Test accuracy (0..1) before, broken and repaired, all in evaluation mode.

    Attributes:
        whole: before anything was broken; None when the net never was whole.
        broken: with the statistics that the accident left.
        batch: the broken net in training mode, batches of 100.
        repaired: after re-estimation on the right data.
        one_class: after re-estimation on images of one class only; None where that was not tried.
    """

    whole: float | None
    broken: float
    batch: float
    repaired: float
    one_class: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StatisticsStudy:
    """Test accuracy of the same weights under different statistics.

    Attributes:
        sizes: training batch sizes.
        steps: when it was measured.
        kinds: which statistics.
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
