"""The results of the chapter on convolution: spread of means, shifted digits, pictures and curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats

NEVER, START = "never", "start"
GOOD_ACCURACY = 0.8

STAGES = ("conv", "norm", "activation")

KINDS = ("map", "activation")


@dataclass(frozen=True, slots=True, eq=False)
class MeanSpread:
    """The spread of the means of random batches, in standard deviations of the averaged values.

    The K entries are those of ``sizes``; medians are over the maps (or activations) that are not constant.

    Attributes:
        sizes: (K,), batch sizes m.
        values: (K,), number of values per mean.
        independent: (K,), 1 / sqrt(values): the spread if all values were independent.
        measured: (K,), standard deviation of the drawn means, divided by that of the values; median.
        exact: (K,), ``measured`` for infinitely many draws: sd(means of single samples) / (sd(values) sqrt(m)).
        worth: (K,), 1 / measured^2: the number of independent values with the same spread.
        dead: fraction of the maps (or activations) that are constant over all samples.
    """

    sizes: npt.NDArray[np.int64]
    values: npt.NDArray[np.int64]
    independent: Floats
    measured: Floats
    exact: Floats
    worth: Floats
    dead: float


@dataclass(frozen=True, slots=True, eq=False)
class ShiftComparison:
    """Comparison of "normalize, then shift" with "shift, then normalize", with fixed statistics.

    Rows are "map" and "activation".

    Attributes:
        shifts: (S,), pixels to the right.
        difference: (2, S), root mean square of the difference over that of the outputs.
        switched: (2, S), fraction of positions where one output is above 0 and the other is not, so that a
            ReLU passes one and blocks the other.
        bare: (S,), the difference without normalization, by the convolution alone.
        pictures: (2, 2, p, q), a map of one sample at the largest shift: shifted after, shifted before.
    """

    shifts: tuple[int, ...]
    difference: Floats
    switched: Floats
    bare: Floats
    pictures: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ArmPictures:
    """Filters and K feature maps of one network in one layer, for one image.

    Attributes:
        filters: (K, k, k), the slice with the largest norm of each filter.
        maps: per stage that the net has, (K, p, q): after the convolution, after BN, after the nonlinearity.
        means: per stage (K,), mean of the map over a batch and all positions.
        sds: per stage (K,), standard deviation of the map over a batch and all positions.
    """

    filters: Floats
    maps: dict[str, Floats]
    means: dict[str, Floats]
    sds: dict[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class ArmCurve:
    """The learning curves of one network.

    Attributes:
        arm: name of the arm, see ``changes_of``.
        seed: seed of weights and batches.
        steps: (T,), the middle of ten steps each.
        losses: (T,), mean training loss of those ten steps (nats).
        tested: (E,), steps at which the test accuracy was measured.
        accuracy: (E,), test accuracy, 0..1.
    """

    arm: str
    seed: int
    steps: Floats
    losses: Floats
    tested: npt.NDArray[np.int64]
    accuracy: Floats

    @property
    def final(self) -> float:
        """Test accuracy at the end, 0..1."""
        return float(self.accuracy[-1])

    @property
    def first_good_step(self) -> int | None:
        """The first step in ``tested`` with a test accuracy of at least ``GOOD_ACCURACY``, or None."""
        above = np.flatnonzero(self.accuracy >= GOOD_ACCURACY)
        return int(self.tested[above[0]]) if len(above) else None
