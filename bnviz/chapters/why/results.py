"""What the chapter on why BN works measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class GradientIdentity:
    """Squared gradient norms of D units, with g = dL/dz (m,) at BN's output and y its input.

    Attributes:
        measured: (D,), norm(dL/dy)^2 as backpropagation gives it.
        scale: (D,), (gamma / s)^2 with s = sqrt(var + eps).
        whole: (D,), norm(g)^2.
        along_ones: (D,), <1, g>^2 / m, what subtracting the mean takes away.
        along_x_hat: (D,), <y_hat, g>^2 / m, what dividing by the spread takes away.
        power: (D,), norm(y_hat)^2 / m = var / (var + eps).
        size: m, values per unit.
    """

    measured: Floats
    scale: Floats
    whole: Floats
    along_ones: Floats
    along_x_hat: Floats
    power: Floats
    size: int

    @property
    def simple(self) -> Floats:
        """(gamma / s)^2 (norm(g)^2 - <1, g>^2 / m - <y_hat, g>^2 / m), exact for eps = 0."""
        return np.asarray(self.scale * (self.whole - self.along_ones - self.along_x_hat))

    @property
    def exact(self) -> Floats:
        """The same with the last term times 2 - norm(y_hat)^2 / m, exact for every eps."""
        return np.asarray(self.scale * (self.whole - self.along_ones - self.along_x_hat * (2 - self.power)))

    @property
    def printed(self) -> Floats:
        """The right side of theorem 4.1 as printed: the last term divided by sqrt(m) instead of m."""
        last = self.along_x_hat * np.sqrt(self.size)
        return np.asarray(self.scale * (self.whole - self.along_ones - last))

    def deviation(self, values: Floats) -> float:
        """Return the largest abs(values - measured) over the units, relative to (gamma / s)^2 norm(g)^2.

        That is the size of the terms that cancel; relative to what they leave, rounding alone looks large.
        """
        size = self.scale * self.whole
        return float(np.divide(np.abs(values - self.measured), size, out=np.zeros_like(size), where=size > 0).max())

    @property
    def printed_holds(self) -> int:
        """For how many units the printed right side is no smaller than what was measured."""
        slack = 1e-9 * self.scale * self.whole  # rounding
        return int((self.measured <= self.printed + slack).sum())

    @property
    def shares(self) -> tuple[float, float, float]:
        """Of the layer's sum of (gamma / s)^2 norm(g)^2: taken by the mean, taken by the spread, left."""
        total = float((self.scale * self.whole).sum())
        if total == 0:
            return float("nan"), float("nan"), float("nan")
        ones = float((self.scale * self.along_ones).sum()) / total
        left = float(self.measured.sum()) / total
        return ones, 1 - ones - left, left
