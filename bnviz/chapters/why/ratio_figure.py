"""The figure of covariate shift with BN over without BN, by both definitions, over the whole training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.chapters.why.figures import make_log_axis, with_headings, with_step_axis
from bnviz.figures.marks import band
from bnviz.figures.theme import INK, Theme
from bnviz.text.catalogue import translate

LINES = {
    "l2": (1, 1, "solid"),
    "relative": (1, 2, "dot"),
    "jump": (2, 1, "solid"),
    "drift": (2, 2, "dot"),
    "batch_jump": (2, 0, "dash"),
}
"""Panel, color and dash of each quantity."""

HEADINGS = {1: "ratio_gradients", 2: "ratio_means"}


def ratio_figure(
    steps: Sequence[int],
    curves: dict[str, tuple[Floats, Floats, Floats, Floats]],
    moments: Sequence[int],
    *,
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw the ratio of every seed, the mean and its interval; a strip is where both nets pass half of their accuracy.

    Args:
        steps: (T,), updates made before.
        curves: by quantity the seeds (S, T), the mean, the lower and the upper end of its interval, (T,) each.
        moments: the update by which both nets have passed half, of each seed.
        lang: language of the words.
        dark: colors for a dark page.
    """
    columns = sorted({LINES[quantity][0] for quantity in curves})
    figure, x = make_subplots(cols=len(columns), horizontal_spacing=0.18), np.asarray(steps) + 1
    for quantity, (seeds, mean, low, high) in curves.items():
        column, slot, dash = LINES[quantity]
        _add_quantity(figure, column, quantity, (x, seeds, mean, low, high), slot, dash, lang, dark)
    for column in columns:
        make_log_axis(figure, column)
        figure.add_hline(1, line={"color": INK, "width": 1.5}, row=1, col=column)
        if moments:
            ends = min(moments) / 1.06 + 1, max(moments) * 1.06 + 1
            figure.add_vrect(*ends, fillcolor=INK, opacity=0.25, line_width=0, row=1, col=column)
    headings = [translate(f"why.fig.{HEADINGS[column]}", lang) for column in columns]
    # The short title: two long ones side by side do not fit on a phone.
    drawn = with_step_axis(figure, lang).update_xaxes(title_text=translate("why.fig.update", lang))
    drawn = with_headings(drawn, headings).update_layout(height=500, margin={"t": 180})
    return drawn.update_layout({_legend(column): _place(drawn, column) for column in columns})


def _legend(column: int) -> str:
    """Return the name of a panel's legend: each has its own, because the panels share colors."""
    return "legend" if column == 1 else f"legend{column}"


def _place(figure: go.Figure, column: int) -> dict[str, object]:
    """Put a panel's legend above its heading."""
    (axis,) = figure.select_xaxes(row=1, col=column)
    where = {"x": axis.domain[0], "xanchor": "left", "y": 1.26, "yanchor": "bottom"}
    return {"orientation": "v", "itemsizing": "constant", "font": {"color": INK, "size": 12}, **where}


def _add_quantity(
    figure: go.Figure,
    column: int,
    quantity: str,
    drawn: tuple[Floats, Floats, Floats, Floats, Floats],
    slot: int,
    dash: str,
    lang: str,
    dark: bool,
) -> None:
    theme, (x, seeds, mean, low, high) = Theme(dark), drawn
    good = np.isfinite(mean) & np.isfinite(low) & np.isfinite(high)
    of = {"legendgroup": quantity, "legend": _legend(column)}
    figure.add_trace(band(x[good], low[good], high[good], theme.fill(slot), **of), row=1, col=column)
    for row in seeds:
        line = {"color": theme.fill(slot, 0.35), "width": 1}
        figure.add_trace(
            go.Scatter(x=x, y=row, mode="lines", line=line, hoverinfo="skip", showlegend=False, **of), row=1, col=column
        )
    figure.add_trace(
        go.Scatter(
            x=x[good],
            y=mean[good],
            mode="lines",
            line={"color": theme.color(slot), "dash": dash, "width": 3},
            **of,
            name=translate(f"why.ratio.{quantity}", lang),
            hovertemplate="%{x}: × %{y:.3g}",
        ),
        row=1,
        col=column,
    )
