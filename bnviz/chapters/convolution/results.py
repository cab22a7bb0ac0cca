"""What the chapter on convolution measured: spread of means, shifted images, pictures and curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats

NEVER, START = "never", "start"
GOOD = 0.8

STAGES = ("conv", "norm", "activation")

KINDS = ("map", "activation")


@dataclass(frozen=True, slots=True, eq=False)
class MeanSpread:
    """How far the mean of a random batch is off, in standard deviations of the values that it averages.

    The K entries are those of ``sizes``; medians are over the maps (or activations) that vary at all.

    Attributes:
        sizes: (K,), batch sizes m.
        values: (K,), values behind one mean.
        independent: (K,), 1 / sqrt(values): the spread if all values were independent.
        measured: (K,), standard deviation over the draws, divided by that of the values; median.
        exact: (K,), the same for infinitely many draws: sd(means of single samples) / (sd(values) sqrt(m)).
        worth: (K,), 1 / measured^2: so many independent values would do as well.
        dead: share of the maps (or activations) that are constant over all samples.
    """

    sizes: npt.NDArray[np.int64]
    values: npt.NDArray[np.int64]
    independent: Floats
    measured: Floats
    exact: Floats
    worth: Floats
    dead: float


@dataclass(frozen=True, slots=True, eq=False)
class ShiftTest:
    """Normalize, then move, against move, then normalize, with statistics that stay as they are.

    Rows are "map" and "activation".

    Attributes:
        shifts: (S,), pixels to the right.
        difference: (2, S), root mean square of the difference over that of the outputs.
        switched: (2, S), share of places where one output is above 0 and the other is not: a ReLU behind it
            passes one and blocks the other.
        bare: (S,), the difference without any normalization: what the convolution itself does.
        pictures: (2, 2, p, q), one sample's map at the largest shift; first moved afterwards, then before.
    """

    shifts: tuple[int, ...]
    difference: Floats
    switched: Floats
    bare: Floats
    pictures: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ArmPictures:
    """What one net makes of one picture in one layer; K maps.

    Attributes:
        filters: (K, k, k), of each filter the slice of that input channel which weighs most.
        maps: per stage that the net has, (K, p, q): after the convolution, after BN, after the nonlinearity.
        means: per stage (K,), mean of the map over a batch and all places.
        sds: per stage (K,), standard deviation likewise.
    """

    filters: Floats
    maps: dict[str, Floats]
    means: dict[str, Floats]
    sds: dict[str, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class ArmCurve:
    """One net's training.

    Attributes:
        arm: what ``changes_of`` understands.
        seed: of weights and batches.
        steps: (T,), middle of ten steps each.
        losses: (T,), mean training loss of those ten (nats).
        tested: (E,), steps at which it was tested.
        accuracy: (E,), on the test data, 0..1.
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
    def good_at(self) -> int | None:
        """First tested step with a test accuracy of at least 80 %, or None."""
        above = np.flatnonzero(self.accuracy >= GOOD)
        return int(self.tested[above[0]]) if len(above) else None
