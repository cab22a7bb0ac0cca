"""The counts of the ledger as stacked bars."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from bnviz.figures.theme import GRID, INK, Theme, style
from bnviz.text.catalogue import translate

_PATTERNS = {"confirmed": "", "not_confirmed": "/", "contradicted": "x", "untestable": ".", "not_run": ""}
"""Patterns tell the verdicts apart without color."""

_PATTERN = {"size": 6, "solidity": 0.2, "fillmode": "overlay", "fgopacity": 0.3}
"""Faint: a number stands on it."""


def counts_figure(counts: Mapping[str, Mapping[str, int]], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw how many claims of each set of notes got which verdict.

    Args:
        counts: by notes, then by verdict.
        lang: of the words.
        dark: whether the page is dark.
    """
    theme = Theme(dark)
    colors = {
        "confirmed": theme.color(1),
        "not_confirmed": theme.color(2),
        "contradicted": theme.color(0),
        "untestable": INK,
        "not_run": GRID,
    }
    ink = "black" if dark else "white"
    names = [translate(f"claims.short.{notes}", lang) for notes in counts]
    figure = go.Figure()
    for verdict, pattern in _PATTERNS.items():
        values = [each[verdict] for each in counts.values()]
        if verdict == "not_run" and not any(values):
            continue
        name = translate(f"claims.verdict.{verdict}", lang)
        figure.add_bar(
            y=names,
            x=values,
            name=name,
            orientation="h",
            text=[str(v) if v else "" for v in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont_color=ink,
            marker={"color": colors[verdict], "pattern": {"shape": pattern, **_PATTERN}},
            hovertemplate="%{y}: %{x} " + name + "<extra></extra>",
        )
    figure.update_layout(barmode="stack")
    style(figure, height=300)
    # A number that has no room in its bar is left out: the table below has them all.
    figure.update_layout(bargap=0.25, legend_traceorder="normal", uniformtext={"minsize": 9, "mode": "hide"})
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(title_text=translate("claims.axis_counts", lang))
    return figure
