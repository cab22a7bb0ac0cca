"""Figures of the page on convolution: the noise of the means, and shifted digits."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.convolution.results import KINDS, MeanSpread, ShiftComparison
from bnviz.figures.marks import reference_line
from bnviz.figures.theme import Theme, style
from bnviz.text.catalogue import translate

SLOTS = {"map": 1, "activation": 2}
"""Color slot of each kind of statistics; slot 0 is that of networks without BN."""


def spread_figure(spreads: Mapping[str, MeanSpread], size: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the spread of batch means over the batch size: independent values as lines, measured ones as dots.

    Args:
        spreads: the measurement per kind of statistics.
        size: the chosen batch size.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    for kind, spread in spreads.items():
        slot = SLOTS[kind]
        figure.add_trace(
            go.Scatter(
                x=spread.sizes,
                y=spread.independent,
                mode="lines",
                line=theme.line(slot),
                name=translate(f"convolution.fig.{kind}_independent", lang),
                hovertemplate="m = %{x}: %{y:.4f}",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=spread.sizes,
                y=spread.measured,
                mode="markers",
                hovertemplate="m = %{x}: %{y:.4f}",
                marker={"color": theme.color(slot), "size": 9, "symbol": "circle-open", "line": {"width": 2}},
                name=translate(f"convolution.fig.{kind}_measured", lang),
            )
        )
    reference_line(figure, x=size)
    figure.update_xaxes(
        type="log", tickvals=next(iter(spreads.values())).sizes, title_text=translate("convolution.fig.size", lang)
    )
    figure.update_yaxes(
        type="log",
        range=[-3, 0.1],
        tickvals=[0.001, 0.01, 0.1, 1],
        title_text=translate("convolution.fig.spread", lang),
    )
    return style(figure, 400, top=84)


def shift_figure(found: ShiftComparison, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the difference between "normalize, then shift" and "shift, then normalize" over the shift."""
    theme, figure = Theme(dark), make_subplots(cols=2, horizontal_spacing=0.14)
    for row, kind in enumerate(KINDS):
        for column, values in enumerate((found.difference[row], 100 * found.switched[row]), 1):
            figure.add_trace(
                go.Scatter(
                    x=found.shifts,
                    y=values,
                    mode="lines+markers",
                    line=theme.line(SLOTS[kind]),
                    marker={"size": 8},
                    name=translate(f"convolution.fig.per_{kind}", lang),
                    legendgroup=kind,
                    showlegend=column == 1,
                    hovertemplate="%{x} px: %{y:.3g}",
                ),
                row=1,
                col=column,
            )
    figure.update_xaxes(title_text=translate("convolution.fig.shift", lang), dtick=1)
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(title_text=translate("convolution.fig.difference", lang), row=1, col=1)
    figure.update_yaxes(title_text=translate("convolution.fig.switched", lang), row=1, col=2)
    return style(figure, 360)


def shifted_maps_figure(found: ShiftComparison, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw one map four times: per map and per activation, shifted after and before the layer."""
    titles = [translate(f"convolution.fig.{kind}.{when}", lang) for kind in KINDS for when in ("late", "early")]
    figure = make_subplots(cols=4, subplot_titles=titles, horizontal_spacing=0.03)
    for column, picture in enumerate(found.pictures.reshape(4, *found.pictures.shape[2:]), 1):
        figure.add_trace(
            go.Heatmap(
                z=picture,
                zmid=0,
                zmin=-4,
                zmax=4,
                colorscale="RdBu_r",
                showscale=column == 4,
                hovertemplate="%{z:.2f}",
                name="",
                colorbar={"thickness": 10, "title": translate("convolution.fig.x_hat", lang)},
            ),
            row=1,
            col=column,
        )
    style(figure, 300, top=64)
    hide_axes(figure)
    figure.update_annotations(font_size=12)
    return figure


def hide_axes(figure: go.Figure) -> None:
    """Make every panel a picture: square pixels, the first row on top, no ticks."""
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    for number, axis in enumerate(figure.select_yaxes(), 1):
        axis.scaleanchor = "x" if number == 1 else f"x{number}"
