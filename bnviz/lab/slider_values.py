"""The values of a slider: round numbers within the bounds of a field."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bnviz.config import FIELDS, Bounds, Value

_LISTED: dict[str, tuple[float | int, ...]] = {
    "depth": tuple(range(1, 21)),
    "width": (1, 2, 4, 8, 16, 32, 50, 64, 100, 128, 200, 256, 512),
    "batch_size": (1, 2, 4, 8, 16, 32, 60, 64, 100, 128, 256, 512, 1024),
    "momentum": (0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.9, 1.0),
    "eps": tuple(10.0**k for k in range(-12, 1)),
    "sgd_momentum": (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999),
    "weight_decay": (0.0, 1e-6, 1e-5, 1e-4, 5e-4, 1e-3, 5e-3, 0.01, 0.05, 0.1, 1.0),
    "norm_from": (0, 50, 100, 200, 300, 500, 1000, 2000, 5000),
    "lr_half_life": (0, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 50_000),
    "groups": (1, 2, 4, 8, 16, 32, 64),
    "ghost_size": (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
    "gamma_init": (0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 1.0, 2.0, 5.0, 10.0),
    "distortion": (0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0),
    "dropout": (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
}


def slider_values(name: str, also: Iterable[Value] = ()) -> list[Value]:
    """Return the slider values of a numeric field in order, including the values in ``also``.

    A field that lists no values gets 1, 2 and 5 times the powers of ten within its bounds.
    """
    bounds = bounds_of(name)
    listed = _LISTED.get(name) or _one_two_five(bounds.lo, bounds.hi)
    numbers = {value for value in listed if bounds.lo <= value <= bounds.hi}
    numbers |= {value for value in also if isinstance(value, int | float)}
    first: list[Value] = [None] if bounds.optional else []
    return first + sorted(numbers)


def bounds_of(name: str) -> Bounds:
    """Return the bounds of a numeric field."""
    bounds = FIELDS[name]
    if not isinstance(bounds, Bounds):
        raise TypeError(f"{name} is not a numeric field")
    return bounds


def _one_two_five(lo: float, hi: float) -> tuple[float, ...]:
    decades = range(math.floor(math.log10(lo)), math.ceil(math.log10(hi)) + 1)
    return tuple(float(f"{digit}e{k}") for k in decades for digit in (1, 2, 5))
