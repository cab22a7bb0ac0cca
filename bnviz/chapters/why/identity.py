"""The gradient in front of BN, unit by unit: an exact identity, and the bound that is printed for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.config import InputError

Floats = npt.NDArray[np.float64]


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
        return float(
            np.divide(np.abs(values - self.measured), size, out=np.zeros_like(size), where=size > 0).max()
        )

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


def gradient_identity(
    y: Floats, grad_z: Floats, grad_y: Floats, gamma: Floats, eps: float
) -> GradientIdentity:
    """Compare the gradient in front of BN with what follows from the gradient behind it.

    norm(dL/dy_j)^2 = (gamma_j / s_j)^2 (norm(g_j)^2 - <1, g_j>^2 / m - <y_hat_j, g_j>^2 / m)   for eps = 0

    It follows from dL/dy = (gamma / s) (g - mean(g) - y_hat mean(y_hat g)): for eps = 0 the vectors 1 and
    y_hat are orthogonal and both have squared norm m, so a projection is taken away twice.

    Args:
        y: (m, D), BN's input.
        grad_z: (m, D), g, gradient at BN's output.
        grad_y: (m, D), gradient at BN's input, as backpropagation gave it.
        gamma: (D,).
        eps: added to the variance.

    Raises:
        InputError: the sizes do not agree, or a unit's values are all equal while eps is 0.

    Source: Santurkar et al. 2018, theorem 4.1, which prints an upper bound with 1 / sqrt(m) on the last term;
    the identity follows from the backward pass of Ioffe & Szegedy 2015, section 3.
    """
    y, grad_z, grad_y, gamma = (np.asarray(a, np.float64) for a in (y, grad_z, grad_y, gamma))
    if y.ndim != 2 or y.shape != grad_z.shape or y.shape != grad_y.shape or gamma.shape != y.shape[1:]:
        raise InputError(
            f"y and both gradients must be (m, D) and gamma (D,), got {y.shape} and {gamma.shape}"
        )
    m, var = len(y), y.var(0)
    if not (var + eps > 0).all():
        raise InputError("a unit whose values are all equal needs eps above 0")
    y_hat = (y - y.mean(0)) / np.sqrt(var + eps)
    return GradientIdentity(
        (grad_y**2).sum(0), gamma**2 / (var + eps), (grad_z**2).sum(0), grad_z.sum(0) ** 2 / m,
        (y_hat * grad_z).sum(0) ** 2 / m, (y_hat**2).mean(0), m,
    )  # fmt: skip
