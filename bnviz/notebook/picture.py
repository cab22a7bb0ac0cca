"""A history as one small still picture, inline SVG: what a notebook shows without a widget, and on the web."""

from __future__ import annotations

import html
from collections.abc import Iterator

import numpy as np

from bnviz.standalone.words import title_of
from bnviz.telemetry.history import History
from bnviz.telemetry.records import STAGES, Array, Frame
from bnviz.text.catalogue import arm_labels, translate

MAX_ROWS = 16
"""Most layers that are drawn, spread evenly over all."""
COLORS = ("#d55e00", "#0072b2", "#009e73")
"""Of the arms, as assets/live/theme.js has them."""

_NAME, _PLOT, _GAP, _ROW, _HEAD = 150, 250, 24, 34, 54
_NORM = STAGES.index("norm")
_LONGEST = 22


def picture(history: History, lang: str = "en") -> str:
    """Return the distributions of the newest frame: each layer's values at its nonlinearity's input, arm by arm.

    It has no script and no style of its own: text is in the color of the page around it, light or dark.
    """
    frames = history.frames
    title = html.escape(title_of(history, lang))
    if not frames:
        return f"<p>{title}: {html.escape(translate('standalone.picture_empty', lang))}</p>"
    frame, description = frames[-1], history.description
    told = translate("standalone.picture", lang, step=f"{frame.step:,}", frames=f"{len(frames):,}")
    rows = max(min(MAX_ROWS, len(arm.layers)) for arm in description.arms)
    width = len(frame.arms) * (_NAME + _PLOT + _GAP)
    height = _HEAD + rows * _ROW + 18
    parts = "".join(_columns(history, frame, lang))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'aria-label="{title}: {html.escape(told)}" style="max-width:100%;height:auto;font:12px system-ui,sans-serif" '
        f'fill="currentColor"><text y="14" font-weight="700" font-size="14">{title}</text>'
        f'<text y="31" opacity=".7">{html.escape(told)}</text>{parts}</svg>'
    )


def _columns(history: History, frame: Frame, lang: str) -> Iterator[str]:
    description = history.description
    labels = arm_labels(history.experiment, lang) if not description.is_watched else ("",) * len(frame.arms)
    for index, (arm, record) in enumerate(zip(description.arms, frame.arms, strict=True)):
        left, color = index * (_NAME + _PLOT + _GAP), COLORS[index % len(COLORS)]
        if labels[index]:
            yield _text(left + _NAME, _HEAD - 2, labels[index], f'fill="{color}" font-weight="600"')
        chosen = np.unique(np.linspace(0, len(arm.layers) - 1, min(MAX_ROWS, len(arm.layers))).round().astype(int))
        for row, layer in enumerate(chosen.tolist()):
            base = _HEAD + (row + 1) * _ROW - 4
            yield _text(left + _NAME - 8, base - 8, _short(arm.layers[layer]), 'text-anchor="end"')
            yield f'<path d="M{left + _NAME} {base}h{_PLOT}" stroke="currentColor" opacity=".25"/>'
            yield _area(record.histogram[layer, _NORM], left + _NAME, base, color)
        low, high = description.edges.of("norm")
        end = _HEAD + len(chosen) * _ROW + 10
        yield _text(left + _NAME, end, _number(low), 'opacity=".7"')
        yield _text(left + _NAME + _PLOT, end, _number(high), 'opacity=".7" text-anchor="end"')


def _area(counts: Array, left: float, base: float, color: str) -> str:
    """Return one histogram as an area that is as high as its row; what lies beyond the axis is in its end bins."""
    inside = counts[1:-1].astype(float)
    inside[0] += counts[0]
    inside[-1] += counts[-1]
    top = inside.max(initial=0.0)
    if not top > 0:
        return ""
    xs = left + np.repeat(np.linspace(0, _PLOT, len(inside) + 1), 2)[1:-1]
    ys = base - (_ROW - 8) * np.repeat(inside / top, 2)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs.tolist(), ys.tolist(), strict=True))
    return f'<path d="M{left} {base}L{points}L{left + _PLOT} {base}Z" fill="{color}" opacity=".75"/>'


def _text(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{x}" y="{y}" {style}>{html.escape(words)}</text>'


def _number(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else "…" + name[1 - _LONGEST :]
