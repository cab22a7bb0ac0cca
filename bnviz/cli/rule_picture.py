"""The picture of docs/rule.md: how often the one rule answers, as SVG that reads on a light and on a dark page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from bnviz.files.documents import svg_picture
from bnviz.studies.error_rates import answer_shares, former_shares

SEEDS = (3, 5, 10, 20)
EFFECTS = tuple(step / 10 for step in range(26))
MANY = tuple(range(3, 21))
SIZES = (0.0, 0.5, 1.0, 1.5, 2.0)
_WIDTH, _HEIGHT, _LEFT, _TOP, _FOOT = 410, 270, 46, 44, 46
_COLORS = ("#7c8594", "#009e73", "#0072b2", "#d55e00", "#a8487f")
_FORMER = "#7c8594"


@dataclass(frozen=True, slots=True)
class Line:
    """One curve.

    Attributes:
        name: written at its right end.
        color: of line and name.
        dash: of the line, as SVG has it; "" for a solid one.
        points: (x, share) pairs.
    """

    name: str
    color: str
    dash: str
    points: tuple[tuple[float, float], ...]


def picture() -> str:
    """Return the SVG: power over the size of the effect on the left, over the number of seeds on the right."""
    left = [
        Line(f"{seeds} seeds", color, "", tuple((effect, answer_shares(seeds, effect).yes) for effect in EFFECTS))
        for seeds, color in zip(SEEDS, _COLORS[1:], strict=True)
    ]
    right = [
        Line(_size(size), color, "", tuple((float(n), answer_shares(n, size).yes) for n in MANY))
        for size, color in zip(SIZES, _COLORS, strict=True)
    ]
    before = tuple((float(n), former_shares(n, 1.0).yes) for n in MANY)
    right.append(Line("1 sd, former rule", _FORMER, "5 4", before))
    width = 2 * _WIDTH + 60
    parts = [
        _panel(left, 0, "A true effect is seen in so many cases", "true effect, in standard deviations", (0, 2.5)),
        _panel(right, _WIDTH + 40, "More seeds see more", "number of paired seeds", (3, 20)),
    ]
    alt = "Left: the share of cases in which an effect is seen grows with its size, faster with more seeds. Right: it "
    alt += "grows with the number of seeds for every size of effect, while the former rule saw less with more seeds."
    return svg_picture(parts, width, _HEIGHT, alt)


def _size(size: float) -> str:
    return f"{size:g} sd" if size else "no effect"


def _panel(lines: Sequence[Line], start: int, title: str, below: str, span: tuple[float, float]) -> str:
    low, high = span
    width = _WIDTH - _LEFT - 112

    def across(x: float) -> float:
        return start + _LEFT + width * (x - low) / (high - low)

    def up(share: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _FOOT) * (1 - share)

    made = [f'<text x="{start + _LEFT}" y="20" font-weight="650" font-size="14">{escape(title)}</text>']
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        made.append(
            f'<line x1="{across(low):.1f}" x2="{across(high):.1f}" y1="{up(share):.1f}" y2="{up(share):.1f}" '
            'stroke="#808896" stroke-opacity="0.3"/>'
        )
        made.append(f'<text x="{start + _LEFT - 6}" y="{up(share) + 4:.1f}" text-anchor="end">{share:.0%}</text>')
    for x in (low, *(tick for tick in (0.5, 1, 1.5, 2, 5, 10, 15) if low < tick < high), high):
        made.append(f'<text x="{across(x):.1f}" y="{up(0) + 16:.1f}" text-anchor="middle">{x:g}</text>')
    made.append(
        f'<text x="{across((low + high) / 2):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(below)}</text>'
    )
    ends = _spread([up(line.points[-1][1]) for line in lines])
    for line, end in zip(lines, ends, strict=True):
        path = " ".join(f"{across(x):.1f},{up(share):.1f}" for x, share in line.points)
        dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
        made.append(f'<polyline points="{path}" fill="none" stroke="{line.color}" stroke-width="2.2"{dash}/>')
        made.append(
            f'<text x="{across(high) + 6:.1f}" y="{end + 4:.1f}" style="fill:{line.color}" font-weight="600">'
            f"{escape(line.name)}</text>"
        )
    return "\n".join(made)


def _spread(heights: Sequence[float], apart: float = 13) -> list[float]:
    """Move the names at the ends of curves so far apart that none lies on another; their order stays."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    placed = list(heights)
    for before, each in pairwise(order):
        placed[each] = max(placed[each], placed[before] + apart)
    over = max(0.0, max(placed) - (_HEIGHT - _FOOT))
    return [height - over for height in placed] if over else placed
