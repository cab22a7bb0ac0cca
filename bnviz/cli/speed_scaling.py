"""What docs/speed.md says of scaling, in words and a table, from the rows of ``bench --only scaling``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bnviz.bench.speed_file import SpeedFile, SpeedRow

AXES = {"width": "units per layer", "depth": "hidden layers", "batch size": "samples per batch", "sessions": "sessions"}
"""The measured axes and what is counted on each."""
NAMES = {"ours": "bnviz", "plain": "the plain loop", "products": "the matrix products alone"}
"""The curves of an axis, by their names in the rows."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Steps per second over the values of one axis.

    Attributes:
        rates: at each value.
        slope: on logarithmic axes.
    """

    rates: tuple[float, ...]
    slope: float

    @property
    def times(self) -> float:
        """How many times as long a step takes at the last value as at the first."""
        return self.rates[0] / self.rates[-1]


@dataclass(frozen=True, slots=True)
class Scaling:
    """All curves of one axis.

    Attributes:
        axis: its name.
        sizes: its values.
        curves: by their names in ``NAMES``; of sessions, only ours and the products.
        points: the rows that they were read from.
    """

    axis: str
    sizes: tuple[int, ...]
    curves: dict[str, Curve]
    points: tuple[SpeedRow, ...]


def scalings(found: SpeedFile) -> list[Scaling]:
    """Return the curves of every axis that the file has."""
    rows = found.measurements["scaling"].rows if "scaling" in found.measurements else ()
    by_axis = {axis: [row for row in rows if row.detail.get("axis") == axis] for axis in AXES}
    return [_scaling(axis, same) for axis, same in by_axis.items() if any("slopes" in row.detail for row in same)]


def _scaling(axis: str, rows: Sequence[SpeedRow]) -> Scaling:
    points = tuple(row for row in rows if "at" in row.detail)
    (fitted,) = (row for row in rows if "slopes" in row.detail)
    curves = {"ours": Curve(tuple(row.value or 0.0 for row in points), fitted.value or 0.0)}
    for name, key in (("plain", "bare_steps_per_s"), ("products", "limit")):
        if name in fitted.detail["slopes"]:
            rates = tuple(float(row.detail[key]) for row in points)
            curves[name] = Curve(rates, fitted.detail["slopes"][name])
    return Scaling(axis, tuple(row.detail["at"] for row in points), curves, points)


def slopes(found: SpeedFile) -> Iterator[str]:
    """Yield a sentence per axis and a table of the points."""
    all_axes = scalings(found)
    for each in all_axes:
        yield f"- {sessions_words(each) if each.axis == 'sessions' else size_words(each)}"
    for each in all_axes:
        yield f"\n| {AXES[each.axis]} | " + " | ".join(f"{size:,}" for size in each.sizes) + " | slope |"
        yield "|---" * (len(each.sizes) + 2) + "|"
        for name, curve in each.curves.items():
            cells = " | ".join(f"{rate:,.0f}" for rate in curve.rates)
            yield f"| {NAMES[name]}, steps/s | {cells} | {signed(curve.slope)} |"
    yield ""


def size_words(found: Scaling) -> str:
    """Say what one size costs: how many times as long a step takes, and how much of the limit is reached."""
    first, last = found.sizes[0], found.sizes[-1]
    took = [f"{curve.times:.3g} times as long (slope {signed(curve.slope)})" for curve in _in_order(found)]
    share = [100 * (point.value or 0) / point.detail["limit"] for point in found.points]
    faster = [point.detail["over_bare"] for point in found.points]
    return (
        f"**{found.axis.capitalize()}.** With {last / first:.0f} times as many {AXES[found.axis]}, {last:,} instead of "
        f"{first}, a step of bnviz takes {took[0]}, one of the plain loop {took[1]}, and the matrix products alone "
        f"{took[2]}. bnviz is {faster[0]:.2f} times as fast as the plain loop at {first} and {faster[-1]:.2f} times at "
        f"{last:,}, and reaches {share[0]:.0f} % and {share[-1]:.0f} % of the limit."
    )


def sessions_words(found: Scaling) -> str:
    """Say what more sessions cost each of them, and what they make together."""
    ours, limit = _in_order(found)
    first, last = found.sizes[0], found.sizes[-1]
    cores = found.points[-1].detail["cores"]
    slowest = min(point.detail["slowest_over_mean"] for point in found.points)
    return (
        f"**Sessions.** On {cores} cores, {last} sessions together make {1 / ours.times:.2f} times the steps of "
        f"{first} (slope {signed(ours.slope)}), and the products alone {1 / limit.times:.2f} times (slope "
        f"{signed(limit.slope)}). Each of the {last} makes {ours.rates[-1] / last:.1f} steps per second. At no number "
        f"did the slowest session make less than {slowest:.2f} of the mean."
    )


def _in_order(found: Scaling) -> list[Curve]:
    return [found.curves[name] for name in NAMES if name in found.curves]


def signed(number: float) -> str:
    """Write a slope with its sign."""
    return f"{number:+.2f}".replace("-", "−")
