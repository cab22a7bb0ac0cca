"""The results of the chapter "Why it works"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class GradientIdentity:
    """Squared gradient norms of D units, with g = dL/dz (m,) at BN's output and y its input.

    Attributes:
        measured: (D,), norm(dL/dx)^2 by backpropagation.
        scale: (D,), gamma^2 / (var + eps).
        whole: (D,), norm(g)^2.
        along_ones: (D,), <1, g>^2 / m, the part that subtracting the mean removes.
        along_x_hat: (D,), <x_hat, g>^2 / m, the part that dividing by the standard deviation removes.
        power: (D,), norm(x_hat)^2 / m = var / (var + eps).
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
        """(gamma / sigma)^2 (norm(g)^2 - <1, g>^2 / m - <x_hat, g>^2 / m), exact for eps = 0."""
        return np.asarray(self.scale * (self.whole - self.along_ones - self.along_x_hat))

    @property
    def exact(self) -> Floats:
        """As ``simple``, with the last term times 2 - norm(x_hat)^2 / m; exact for every eps."""
        return np.asarray(self.scale * (self.whole - self.along_ones - self.along_x_hat * (2 - self.power)))

    @property
    def printed(self) -> Floats:
        """The right side of theorem 4.1 as printed: the last term divided by sqrt(m) instead of m."""
        last = self.along_x_hat * np.sqrt(self.size)
        return np.asarray(self.scale * (self.whole - self.along_ones - last))

    def deviation(self, values: Floats) -> float:
        """Return the largest abs(values - measured) over the units, relative to (gamma / sigma)^2 norm(g)^2.

        That is the size of the terms that cancel; relative to their difference, rounding alone would look large.
        """
        size = self.scale * self.whole
        return float(np.divide(np.abs(values - self.measured), size, out=np.zeros_like(size), where=size > 0).max())

    @property
    def printed_holds(self) -> int:
        """Number of units for which the printed right side is no smaller than the measured value."""
        slack = 1e-9 * self.scale * self.whole  # rounding
        return int((self.measured <= self.printed + slack).sum())

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of the layer's sum of (gamma / sigma)^2 norm(g)^2: removed by the mean, by the division, and left."""
        total = float((self.scale * self.whole).sum())
        if total == 0:
            return float("nan"), float("nan"), float("nan")
        ones = float((self.scale * self.along_ones).sum()) / total
        left = float(self.measured.sum()) / total
        return ones, 1 - ones - left, left
