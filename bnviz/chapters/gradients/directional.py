"""The slope of a surface in every direction: gradient, directional derivative and remainder."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.chapters.gradients.results import REACH, DirectionalDerivative, SurfaceGrid
from bnviz.config import InputError

SURFACES = ("bowl", "saddle", "waves")
"""f(x, y): (x^2 + 3 y^2)/4, (x^2 - y^2)/3, sin(1.5 x) cos(y) + (x^2 + y^2)/10."""

STEPS = tuple(10.0**-k for k in (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4))
"""Step lengths h for which the remainder is measured."""


def height(surface: str, x: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return f(x, y) of one of ``SURFACES``, elementwise; raises InputError for another name."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if surface == "bowl":
        return np.asarray((x**2 + 3 * y**2) / 4)
    if surface == "saddle":
        return np.asarray((x**2 - y**2) / 3)
    if surface == "waves":
        return np.asarray(np.sin(1.5 * x) * np.cos(y) + (x**2 + y**2) / 10)
    raise InputError(f"the surface must be one of {', '.join(SURFACES)}, got {surface!r:.40}")


def gradient(surface: str, x: float, y: float) -> tuple[float, float]:
    """Return (f_x, f_y), the partial derivatives worked out by hand."""
    if surface == "bowl":
        return x / 2, 1.5 * y
    if surface == "saddle":
        return 2 * x / 3, -2 * y / 3
    if surface == "waves":
        return (1.5 * math.cos(1.5 * x) * math.cos(y) + x / 5, -math.sin(1.5 * x) * math.sin(y) + y / 5)
    raise InputError(f"the surface must be one of {', '.join(SURFACES)}, got {surface!r:.40}")


def directional_derivative(surface: str, x: float, y: float, theta: float) -> DirectionalDerivative:
    """Return the slope at (x, y) in the direction theta, and in all others.

    D_u f = lim (f(p + h u) - f(p)) / h = f_x cos(theta) + f_y sin(theta) for a differentiable f. It is
    largest where u points as the gradient does, and there it equals |gradient|.

    Args:
        surface: one of ``SURFACES``.
        x: of the point.
        y: of the point.
        theta: in degrees.
    """
    f_x, f_y = gradient(surface, x, y)
    norm = math.hypot(f_x, f_y)
    thetas = np.linspace(0.0, 360.0, 361)
    cos, sin = math.cos(math.radians(theta)), math.sin(math.radians(theta))
    slope = f_x * cos + f_y * sin
    steps = np.array(STEPS)
    moved = height(surface, x + steps * cos, y + steps * sin) - height(surface, x, y)
    return DirectionalDerivative(
        surface,
        (x, y),
        theta,
        (f_x, f_y),
        norm,
        math.degrees(math.atan2(f_y, f_x)) % 360 if norm > 0 else math.nan,
        slope,
        thetas,
        f_x * np.cos(np.radians(thetas)) + f_y * np.sin(np.radians(thetas)),
        steps,
        np.abs(moved - steps * slope) / steps,
    )


def surface_grid(surface: str, points: int = 61) -> SurfaceGrid:
    """Return a surface on its square, for drawing."""
    axis = np.linspace(-REACH, REACH, points)
    return SurfaceGrid(axis, axis, height(surface, axis[None, :], axis[:, None]))
