"""The picture of docs/why.md: covariate shift with BN over without BN, as SVG for light and dark pages."""

from __future__ import annotations

import math
from html import escape

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.ratios import RatioCurve, phase_moments, ratio_curve
from bnviz.chapters.why.study import ShiftStudy
from bnviz.files.documents import svg_picture

_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT, _GAP = 400, 290, 46, 42, 44, 40
_PANELS = (
    (
        "2018: change of a layer's gradient, with BN / without",
        (("l2", "#0072b2", "‖G − G′‖"), ("relative", "#009e73", "relative to ‖G‖")),
    ),
    (
        "2015: move of the inputs' means, with BN / without",
        (
            ("jump", "#0072b2", "one update"),
            ("drift", "#009e73", "100 updates"),
            ("batch_jump", "#d55e00", "next batch"),
        ),
    ),
)
_POWERS = (-3, -2, -1, 0, 1, 2)


def picture(study: ShiftStudy) -> str:
    """Return the SVG: the seeds as thin lines, the mean and its interval; a strip where both nets pass half."""
    width = 2 * _WIDTH + _GAP + 60
    parts = []
    for place, (title, lines) in enumerate(_PANELS):
        start = place * (_WIDTH + _GAP)
        parts += [*_frame(study, start, title)]
        for row, (quantity, color, name) in enumerate(lines):
            parts += _curve(study, ratio_curve(study, quantity), start, color, name, row)
    alt = "Covariate shift with BN divided by without BN over the updates, by both definitions: seeds, mean, interval."
    return svg_picture(parts, width, _HEIGHT, alt)


def _across(study: ShiftStudy, start: int, step: float) -> float:
    return start + _LEFT + (_WIDTH - _LEFT) * math.log(step + 1) / math.log(study.steps[-1] + 1)


def _up(ratio: float) -> float:
    low, high = _POWERS[0], _POWERS[-1]
    share = (min(max(math.log10(ratio), low), high) - low) / (high - low)
    return _TOP + (_HEIGHT - _TOP - _FOOT) * (1 - share)


def _frame(study: ShiftStudy, start: int, title: str) -> list[str]:
    left, right, bottom = start + _LEFT, start + _WIDTH, _HEIGHT - _FOOT
    made = [f'<text x="{left}" y="20" font-weight="650" font-size="14">{escape(title)}</text>']
    moments = phase_moments(study)
    if moments:
        ends = (_across(study, start, min(moments) / 1.05), _across(study, start, max(moments) * 1.05))
        made.append(
            f'<rect x="{ends[0]:.1f}" width="{ends[1] - ends[0]:.1f}" y="{_TOP}" height="{bottom - _TOP}" '
            'fill="#808896" fill-opacity="0.35"/>'
        )
    for power in _POWERS:
        y, opacity = _up(10**power), 1 if power == 0 else 0.3
        made.append(
            f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#808896" stroke-opacity="{opacity}"/>'
        )
        made.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for step in (1, 10, 100, 1000):
        x = _across(study, start, step - 1)
        made.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{step:,}</text>')
    made.append(f'<text x="{(left + right) / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">update</text>')
    return made


def _curve(study: ShiftStudy, curve: RatioCurve, start: int, color: str, name: str, row: int) -> list[str]:
    def points(values: Floats) -> str:
        drawn = [
            (step, value) for step, value in zip(study.steps, values.tolist(), strict=True) if math.isfinite(value)
        ]
        return " ".join(f"{_across(study, start, step):.1f},{_up(value):.1f}" for step, value in drawn)

    made = [_line(points(seed), color, 0.7, 0.4) for seed in curve.seeds]
    good = np.isfinite(curve.low) & np.isfinite(curve.high)
    edge = points(np.where(good, curve.high, np.nan)).split() + points(np.where(good, curve.low, np.nan)).split()[::-1]
    made.append(f'<polygon points="{" ".join(edge)}" fill="{color}" fill-opacity="0.2"/>')
    made.append(_line(points(curve.mean), color, 2.4, 1))
    made.append(_name(start, color, name, row))
    return made


def _line(points: str, color: str, width: float, opacity: float) -> str:
    return (
        f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="{width}" stroke-opacity="{opacity}"/>'
    )


def _name(start: int, color: str, name: str, row: int) -> str:
    y = _HEIGHT - _FOOT - 10 - 16 * row
    return f'<text x="{start + _LEFT + 8}" y="{y}" style="fill:{color}" font-weight="600">{escape(name)}</text>'
