"""The picture of docs/speed.md: steps per second over four sizes, as SVG that reads on light and dark pages."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from bnviz.cli.speed_scaling import AXES, Scaling, signed
from bnviz.files.documents import svg_picture

_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT, _RIGHT, _GAP = 430, 300, 52, 44, 48, 118, 24
_STYLES = {
    "products": ("#7c8594", "5 4", "products"),
    "plain": ("#d55e00", "", "plain loop"),
    "ours": ("#0072b2", "", "bnviz"),
}
"""Color, dash and name of each curve."""


def picture(found: Sequence[Scaling]) -> str:
    """Return the SVG: a panel per axis, all with the same vertical axis, and each slope at the end of its curve."""
    rates = [rate for each in found for curve in each.curves.values() for rate in curve.rates]
    low, high = math.floor(math.log10(min(rates))), math.ceil(math.log10(max(rates)))
    parts = []
    for place, each in enumerate(found):
        column, row = place % 2, place // 2
        parts.append(f'<g transform="translate({column * (_WIDTH + _GAP)} {row * _HEIGHT})">')
        parts += [*_frame(each, low, high), *_curves(each, low, high), "</g>"]
    alt = "Steps per second against width, depth, batch size and number of sessions, on logarithmic axes: bnviz, the "
    alt += "plain loop, and the matrix products alone as the limit, each with its slope."
    return svg_picture(parts, 2 * _WIDTH + _GAP, _HEIGHT * math.ceil(len(found) / 2), alt)


def _across(found: Scaling, size: float) -> float:
    first, last = found.sizes[0], found.sizes[-1]
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * math.log(size / first) / math.log(last / first)


def _up(rate: float, low: int, high: int) -> float:
    return _TOP + (_HEIGHT - _TOP - _FOOT) * (high - math.log10(rate)) / (high - low)


def _frame(found: Scaling, low: int, high: int) -> Iterator[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _FOOT
    what = "steps per second, all sessions together" if found.axis == "sessions" else "steps per second"
    yield f'<text x="{_LEFT}" y="20" font-weight="650" font-size="14">{escape(found.axis.capitalize())}</text>'
    yield f'<text x="{_LEFT}" y="36">{what}</text>'
    for power in range(low, high + 1):
        y = _up(10.0**power, low, high)
        yield f'<line x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#808896" stroke-opacity="0.3"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10**power:,}</text>'
    for size in found.sizes:
        x = _across(found, size)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 4}" stroke="#808896"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>'
    middle, below = (_LEFT + right) / 2, escape(AXES[found.axis])
    yield f'<text x="{middle:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">{below}</text>'


def _curves(found: Scaling, low: int, high: int) -> Iterator[str]:
    ends = _apart({name: _up(curve.rates[-1], low, high) for name, curve in found.curves.items()})
    for name, (color, dash, said) in _STYLES.items():
        if (curve := found.curves.get(name)) is None:
            continue
        pairs = zip(found.sizes, curve.rates, strict=True)
        points = [(_across(found, size), _up(rate, low, high)) for size, rate in pairs]
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.2"{dashed}/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{color}"/>' for x, y in points)
        yield (
            f'<text x="{_WIDTH - _RIGHT + 8}" y="{ends[name] + 4:.1f}" style="fill:{color}" font-weight="600">'
            f"{said} {signed(curve.slope)}</text>"
        )


def _apart(heights: dict[str, float], least: float = 14) -> dict[str, float]:
    """Move the words at the ends of curves so far apart that none lies on another."""
    placed: dict[str, float] = {}
    below = -math.inf
    for name in sorted(heights, key=heights.__getitem__):
        placed[name] = below = max(heights[name], below + least)
    over = max(0.0, below - (_HEIGHT - _FOOT - 4))
    return {name: height - over for name, height in placed.items()}
