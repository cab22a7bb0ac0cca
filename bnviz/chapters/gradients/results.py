"""Results of the chapter on gradients: slopes in every direction, and descents on two features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats

REACH = 2.0
"""The surfaces are shown for x and y from -2 to 2."""


@dataclass(frozen=True, slots=True, eq=False)
class DirectionalDerivative:
    """One direction at one point of a surface.

    Attributes:
        surface: one of ``SURFACES``.
        point: (x, y).
        theta: the direction's angle from the x axis, in degrees; u = (cos, sin).
        gradient: (f_x, f_y).
        norm: |gradient|.
        steepest: the gradient's own angle, degrees in 0..360; NaN where the gradient is 0.
        slope: D_u f = f_x cos + f_y sin.
        thetas: (361,), 0..360 degrees.
        slopes: (361,), D_u f for each.
        steps: (H,), step lengths h.
        remainders: (H,), |f(p + h u) - f(p) - h D_u f| / h, which goes to 0 with h.
    """

    surface: str
    point: tuple[float, float]
    theta: float
    gradient: tuple[float, float]
    norm: float
    steepest: float
    slope: float
    thetas: Floats
    slopes: Floats
    steps: Floats
    remainders: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceGrid:
    """A surface on a grid: ``z[j, i]`` at ``(xs[i], ys[j])``."""

    xs: Floats
    ys: Floats
    z: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """Gradient descent on one form of the features; weights are given relative to the optimum.

    Attributes:
        form: one of ``FORMS``.
        covariance: (2, 2), X^T X / N of the (centered) features, which is the Hessian of the loss.
        eigenvalues: (2,), its eigenvalues, the larger first.
        condition: larger over smaller.
        max_lr: 2 / larger eigenvalue: at this learning rate or above, descent does not converge.
        lr: the one used.
        path: (T, 2), w_t - w*, the start first.
        steps: updates until the distance is within ``CLOSE``; None where that never happens.
        diverged: whether the distance grew beyond 1,000 times the first one.
    """

    form: str
    covariance: Floats
    eigenvalues: Floats
    condition: float
    max_lr: float
    lr: float
    path: Floats
    steps: int | None
    diverged: bool


def excess(hessian: Floats, points: int = 61, reach: float = 2.0) -> tuple[Floats, Floats]:
    """Return a grid axis (n,) and L - L_min = d^T H d / 2 on it, (n, n), ``[j, i]`` at ``(d[i], d[j])``."""
    axis = np.linspace(-reach, reach, points)
    first, second = np.meshgrid(axis, axis)
    loss = hessian[0, 0] * first**2 + 2 * hessian[0, 1] * first * second + hessian[1, 1] * second**2
    return axis, np.asarray(loss / 2)
