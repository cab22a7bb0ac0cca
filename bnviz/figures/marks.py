"""The marks that figures are composed of: bands, dots of seeds, bars and reference lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from bnviz.figures.theme import INK


def band(x: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike, fill: str, **options: object) -> go.Scatter:
    """Return a filled band from ``low`` to ``high`` over ``x``, silent under the pointer and in the legend.

    Args:
        x: (T,).
        low: (T,), the lower edge.
        high: (T,), the upper edge.
        fill: color of the area, see ``theme.rgba``.
        options: more properties of the trace, such as ``legendgroup``.
    """
    x, low, high = np.asarray(x), np.asarray(low), np.asarray(high)
    return go.Scatter(
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        fill="toself",
        fillcolor=fill,
        mode="lines",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        **options,
    )


def seed_dots(
    labels: Sequence[str],
    values: Sequence[Sequence[float]] | npt.NDArray[np.float64],
    color: str | Sequence[str],
    *,
    marker: dict[str, Any] | None = None,
    **options: object,
) -> go.Scatter:
    """Return one dot per seed, in rows.

    Args:
        labels: one per row.
        values: the values of each row's seeds, drawn along x; rows may differ in length.
        color: of all dots, or one per row.
        marker: more properties of the dots, such as ``symbol`` and ``opacity``.
        options: more properties of the trace, such as ``name``.
    """
    rows = list(zip(labels, values, strict=True))
    colors = color if isinstance(color, str) else [each for each, row in zip(color, values, strict=True) for _ in row]
    return go.Scatter(
        x=[float(value) for _, row in rows for value in row],
        y=[label for label, row in rows for _ in row],
        mode="markers",
        marker={"color": colors, "size": 9, **(marker or {})},
        **{"hovertemplate": "%{x:.2f}", **options},
    )


def mean_ticks(
    labels: Sequence[str], means: Sequence[float], color: str, *, size: float = 22, **options: object
) -> go.Scatter:
    """Return one vertical tick per row, at the mean of the row's seeds.

    Args:
        labels: one per row.
        means: one per row.
        color: of the ticks.
        size: height of a tick, in pixels.
        options: more properties of the trace, such as ``name``.
    """
    return go.Scatter(
        x=[float(mean) for mean in means],
        y=list(labels),
        mode="markers",
        marker={"color": color, "symbol": "line-ns-open", "size": size, "line": {"width": 3}},
        **{"hovertemplate": "%{x:.2f}", **options},
    )


def bars(
    labels: Sequence[str],
    values: npt.ArrayLike,
    color: str | Sequence[str],
    *,
    marker: dict[str, Any] | None = None,
    **options: object,
) -> go.Bar:
    """Return horizontal bars from 0.

    Args:
        labels: one per bar.
        values: (N,), the lengths.
        color: of all bars, or one per bar.
        marker: more properties of the bars, such as ``opacity``.
        options: more properties of the trace, such as ``width`` and ``name``.
    """
    return go.Bar(
        x=np.asarray(values),
        y=list(labels),
        orientation="h",
        marker={"color": color if isinstance(color, str) else list(color), **(marker or {})},
        **options,
    )


def reference_line(
    figure: go.Figure,
    *,
    x: float | None = None,
    y: float | None = None,
    label: str = "",
    dash: str = "dot",
    width: float | None = None,
    color: str = INK,
    **options: object,
) -> None:
    """Draw a line across a figure: vertical at ``x``, or horizontal at ``y``.

    Args:
        figure: the line is added to it, in every subplot unless ``options`` name one.
        x: place of a vertical line.
        y: place of a horizontal line.
        label: a few words at the line's end.
        dash: "dot", "dash" or "solid".
        width: in pixels; Plotly's own by default.
        color: of the line.
        options: ``row`` and ``col`` of a subplot, ``annotation_font_color``, ...

    Raises:
        ValueError: both or neither of ``x`` and ``y`` are given.
    """
    if (x is None) == (y is None):
        raise ValueError("a reference line needs either x or y")
    line = {"color": color, "dash": dash} | ({} if width is None else {"width": width})
    words = {"annotation_text": label} if label else {}
    if x is None:
        figure.add_hline(y=y, line=line, **{**words, **options})
    else:
        figure.add_vline(x=x, line=line, **{**words, **options})
