"""The whitening chapter's figures: a bias that drifts, covariances as heat maps, what whitening costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.chapters.whitening.results import BiasDrift, DetachedStatsResult, WhiteningComparison, WhiteningCost
from bnviz.figures.common import finite
from bnviz.figures.marks import reference_line
from bnviz.figures.theme import Theme, style
from bnviz.text.catalogue import translate

_SHADES = [[0.0, "#c8694a"], [0.5, "rgba(128,136,150,0.08)"], [1.0, "#3f86c4"]]
_ARM = {"outside": 0, "through": 1}
"""The net with detached statistics has the color of "without BN", the other net that of BN."""


def drift_figure(runs: Sequence[BiasDrift], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the bias and the loss over the steps, for gradients outside and through the mean."""
    theme = Theme(dark)
    figure = make_subplots(cols=2, horizontal_spacing=0.1)
    for run in runs:
        name = translate(f"whitening.figure.{run.gradient}", lang)
        for place, values, form in ((1, run.bias, "%{x}: %{y:.4f}"), (2, run.loss, "%{x}: %{y:.6f}")):
            figure.add_scatter(
                x=np.arange(len(values)),
                y=values,
                mode="lines",
                name=name,
                legendgroup=run.gradient,
                showlegend=place == 1,
                line=theme.line(_ARM[run.gradient], 2.5),
                hovertemplate=form,
                row=1,
                col=place,
            )
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    figure.update_yaxes(title_text=translate("whitening.figure.bias", lang), row=1, col=1)
    figure.update_yaxes(title_text=translate("whitening.figure.loss", lang), rangemode="tozero", row=1, col=2)
    return style(figure, 350)


def detached_figure(results: Sequence[DetachedStatsResult], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw loss, weight norm and bias norm of nets over the steps.

    Args:
        results: one per net.
        lang: language of the words.
        dark: whether the page is dark.
    """
    theme = Theme(dark)
    figure = make_subplots(cols=3, horizontal_spacing=0.08)
    for net in results:
        for place, values in enumerate((net.loss, net.weight_norm, net.bias_norm), 1):
            figure.add_scatter(
                x=net.step,
                y=finite(values),
                mode="lines",
                name=translate(f"whitening.figure.{net.gradient}", lang),
                legendgroup=net.gradient,
                showlegend=place == 1,
                line=theme.line(_ARM[net.gradient], 2.5),
                hovertemplate="%{x}: %{y:.3f}",
                row=1,
                col=place,
            )
    for place, name in enumerate(("net_loss", "weight_norm", "bias_norm"), 1):
        figure.update_yaxes(
            title_text=translate(f"whitening.figure.{name}", lang), rangemode="tozero", row=1, col=place
        )
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    return style(figure, 340)


def covariances_figure(found: WhiteningComparison, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the covariance before and after each method; the three after share one scale, -1 to 1."""
    panels = [("before", found.covariance), *((each.method, each.covariance) for each in found.results)]
    titles = [translate(f"whitening.figure.{name}", lang) for name, _ in panels]
    figure = make_subplots(cols=len(panels), horizontal_spacing=0.04, subplot_titles=titles)
    largest = float(np.abs(found.covariance).max())
    for place, (name, matrix) in enumerate(panels, 1):
        _matrix(figure, matrix, largest if name == "before" else 1.0, place, dark)
    return _square(figure, 330)


def correlations_figure(found: WhiteningComparison, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the correlation matrix before and after per-feature normalization, on one scale, -1 to 1."""
    titles = [translate(f"whitening.figure.{name}", lang) for name in ("correlation", "correlation_after")]
    figure = make_subplots(cols=2, horizontal_spacing=0.06, subplot_titles=titles)
    for place, matrix in enumerate((found.correlation, found.correlation_after), 1):
        _matrix(figure, matrix, 1.0, place, dark)
    return _square(figure, 340)


def cost_figure(found: WhiteningCost, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw milliseconds of each method, and its ratio to per-feature normalization, over the width."""
    theme = Theme(dark)
    figure = make_subplots(cols=2, horizontal_spacing=0.1)
    for arm, method in zip((1, 0, 2), found.seconds, strict=True):
        name = translate(f"whitening.figure.{method}", lang)
        for place, values in ((1, 1000 * found.seconds[method]), (2, found.ratio[method])):
            figure.add_scatter(
                x=found.widths,
                y=values,
                mode="lines+markers",
                name=name,
                legendgroup=method,
                showlegend=place == 1,
                line=theme.line(arm, 2.5),
                hovertemplate="%{x}: %{y:.3g}",
                row=1,
                col=place,
            )
    ticks = [int(width) for width in found.widths]
    figure.update_xaxes(
        title_text=translate("whitening.figure.width", lang),
        type="log",
        tickvals=ticks,
        ticktext=[str(tick) for tick in ticks],
    )
    figure.update_yaxes(type="log", dtick=1)
    figure.update_yaxes(title_text=translate("whitening.figure.milliseconds", lang), row=1, col=1)
    figure.update_yaxes(title_text=translate("whitening.figure.ratio", lang), row=1, col=2)
    reference_line(figure, y=1, width=1, row=1, col=2)
    return style(figure, 370)


def _matrix(figure: go.Figure, matrix: Floats, largest: float, place: int, dark: bool) -> None:
    size = len(matrix)
    names = [str(number + 1) for number in range(size)]
    figure.add_trace(
        go.Heatmap(
            z=matrix,
            x=names,
            y=names,
            zmin=-largest,
            zmax=largest,
            colorscale=_SHADES,
            showscale=False,
            texttemplate="%{z:.2f}" if size <= 6 else None,
            textfont={"color": "#e8edf5" if dark else "#1a2233"},
            xgap=1,
            ygap=1,
            hovertemplate="(%{y}, %{x}): %{z:.4f}<extra></extra>",
        ),
        row=1,
        col=place,
    )


def _square(figure: go.Figure, height: int) -> go.Figure:
    style(figure, height, top=44)
    figure.update_xaxes(showgrid=False, type="category", showticklabels=False, ticks="")
    figure.update_yaxes(showgrid=False, type="category", autorange="reversed", showticklabels=False, ticks="")
    for number in range(1, len(figure.data) + 1):
        axis = "" if number == 1 else str(number)
        figure.layout[f"yaxis{axis}"].update(scaleanchor=f"x{axis}", constrain="domain")
        figure.layout[f"xaxis{axis}"].update(constrain="domain")
    return figure.update_layout(margin={"l": 24, "b": 24})
