"""Figures of the chapter on gradients: the slope in every direction, and descent on scaled features."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.chapters.gradients.results import REACH, Descent, DirectionalDerivative, SurfaceGrid, excess
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import translate

_REACH = 2.0
_ARROW = 0.9
_FLOOR = 1e-3
"""Smaller losses have the color of this one."""

_SHOWN = 120
"""Points of a path that are drawn; later ones would cover each other."""


def derivative_figure(
    derivative: DirectionalDerivative, surface_grid: SurfaceGrid, *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the surface with the chosen direction and the gradient, and the slope over all directions."""
    theme = Theme(dark)
    titles = [translate("gradients.fig.surface", lang), translate("gradients.fig.slopes", lang)]
    figure = make_subplots(cols=2, horizontal_spacing=0.12, subplot_titles=titles)
    _draw_surface(figure, derivative, surface_grid, lang)
    _draw_slopes(figure, derivative, theme, lang)
    figure.update_xaxes(title_text="x", range=[-REACH, REACH], constrain="domain", col=1)
    figure.update_yaxes(title_text="y", range=[-REACH, REACH], scaleanchor="x", constrain="domain", col=1)
    figure.update_xaxes(title_text=translate("gradients.fig.theta", lang), range=[0, 360], dtick=45, col=2)
    figure.update_yaxes(title_text="D<sub>u</sub> f", range=[-3.4, 3.4], col=2)
    return style(figure, 440, top=84).update_layout(legend={"y": 1.1})


def _draw_surface(figure: go.Figure, derivative: DirectionalDerivative, surface_grid: SurfaceGrid, lang: str) -> None:
    figure.add_trace(
        go.Contour(
            x=surface_grid.xs,
            y=surface_grid.ys,
            z=surface_grid.z,
            colorscale="Cividis",
            contours={"coloring": "heatmap", "showlabels": True},
            line={"width": 0.6},
            ncontours=22,
            showscale=False,
            hovertemplate="(%{x:.2f}, %{y:.2f}): %{z:.3f}",
            showlegend=False,
        ),
        row=1,
        col=1,
    )
    if derivative.norm > 0:
        name = translate("gradients.fig.gradient", lang)
        figure.add_trace(_arrow(derivative, derivative.steepest, "#ffffff", name, 5), row=1, col=1)
    name = translate("gradients.fig.direction", lang)
    figure.add_trace(_arrow(derivative, derivative.theta, Theme(True).color(0), name, 3), row=1, col=1)


def _draw_slopes(figure: go.Figure, derivative: DirectionalDerivative, theme: Theme, lang: str) -> None:
    figure.add_trace(
        go.Scatter(
            x=derivative.thetas,
            y=derivative.slopes,
            mode="lines",
            line={"color": theme.color(1), "width": 2},
            showlegend=False,
            hovertemplate="%{x}°: %{y:.3f}",
        ),
        row=1,
        col=2,
    )
    for x, y, symbol, color, word in (
        (derivative.steepest, derivative.norm, "star", INK, "maximum"),
        (derivative.theta, derivative.slope, "circle", theme.color(0), "here"),
    ):
        figure.add_trace(
            go.Scatter(
                x=[x],
                y=[y],
                mode="markers",
                marker={"symbol": symbol, "size": 13, "color": color},
                name=translate(f"gradients.fig.{word}", lang),
                hovertemplate="%{x:.0f}°: %{y:.4f}",
            ),
            row=1,
            col=2,
        )


def _arrow(derivative: DirectionalDerivative, theta: float, color: str, name: str, width: float) -> go.Scatter:
    x, y = derivative.point
    end_x = x + _ARROW * math.cos(math.radians(theta))
    end_y = y + _ARROW * math.sin(math.radians(theta))
    return go.Scatter(
        x=[x, end_x],
        y=[y, end_y],
        mode="lines+markers",
        line={"color": color, "width": width},
        marker={
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0, 16],
            "color": color,
            "line": {"color": INK, "width": 1},
        },
        name=name,
        hovertemplate=f"{theta:.0f}°",
    )


def remainder_figure(derivative: DirectionalDerivative, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the remainder of the linear approximation per step length, over the step length; it goes to 0."""
    theme = Theme(dark)
    figure = go.Figure(
        go.Scatter(
            x=derivative.steps,
            y=derivative.remainders,
            mode="lines+markers",
            line={"color": theme.color(1)},
            hovertemplate="h = %{x:.1e}: %{y:.2e}",
        )
    )
    figure.update_xaxes(
        type="log",
        title_text=translate("gradients.fig.step", lang),
        autorange="reversed",
        dtick=1,
        exponentformat="power",
    )
    figure.update_yaxes(
        type="log",
        title_text=translate("gradients.fig.remainder", lang),
        range=[-8, 1],
        dtick=2,
        exponentformat="power",
    )
    return style(figure, 320, top=24)


def scaling_figure(descents: Sequence[Descent], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the loss around the optimum for each form of the features, with the path of gradient descent.

    All panels have the same axes (distance from the optimum) and the same logarithmic colors.
    """
    theme = Theme(dark)
    titles = [_title(descent, lang) for descent in descents]
    figure = make_subplots(cols=len(descents), horizontal_spacing=0.05, subplot_titles=titles)
    grids = [excess(descent.covariance) for descent in descents]
    high = max(float(loss.max()) for _, loss in grids)
    for column, (descent, (axis, loss)) in enumerate(zip(descents, grids, strict=True), 1):
        _draw_descent(figure, column, descent, axis, loss, high, theme)
    figure.update_xaxes(title_text=translate("gradients.fig.w1", lang), range=[-_REACH, _REACH], constrain="domain")
    figure.update_yaxes(range=[-_REACH, _REACH], constrain="domain")
    for column in range(1, len(descents) + 1):
        # A round valley must look round.
        figure.update_yaxes(scaleanchor=f"x{column if column > 1 else ''}", showticklabels=column == 1, col=column)
    figure.update_yaxes(title_text=translate("gradients.fig.w2", lang), col=1)
    figure.update_layout(showlegend=False, coloraxis={"colorscale": "Cividis", "colorbar": _color_bar(high, lang)})
    return style(figure, 430, top=84)


def _draw_descent(
    figure: go.Figure, column: int, descent: Descent, axis: Floats, loss: Floats, high: float, theme: Theme
) -> None:
    figure.add_trace(
        go.Contour(
            x=axis,
            y=axis,
            z=np.log10(np.maximum(loss, _FLOOR)),
            customdata=loss,
            coloraxis="coloraxis",
            contours={"start": math.log10(_FLOOR), "end": math.log10(high), "size": 0.4},
            line={"width": 0.6},
            hovertemplate="(%{x:.2f}, %{y:.2f}): %{customdata:.3g}",
        ),
        row=1,
        col=column,
    )
    path = descent.path[:_SHOWN]
    figure.add_trace(
        go.Scatter(
            x=path[:, 0],
            y=path[:, 1],
            mode="lines+markers",
            marker={"size": 5},
            line={"color": Theme(True).color(0), "width": 2},
            hovertemplate="(%{x:.3f}, %{y:.3f})",
        ),
        row=1,
        col=column,
    )
    star = {"symbol": "star", "size": 12, "color": theme.color(2), "line": {"color": INK, "width": 1}}
    figure.add_trace(go.Scatter(x=[0], y=[0], mode="markers", marker=star), row=1, col=column)


def _color_bar(high: float, lang: str) -> dict[str, object]:
    ticks = list(range(math.ceil(math.log10(_FLOOR)), math.floor(math.log10(high)) + 1))
    return {
        "title": {"text": translate("gradients.fig.excess", lang)},
        "tickvals": ticks,
        "ticktext": [f"{10.0**tick:g}" for tick in ticks],
    }


def _title(descent: Descent, lang: str) -> str:
    name = translate(f"gradients.form.{descent.form}", lang)
    return f"<b>{name}</b><br><sup>κ = {descent.condition:,.3g}</sup>"
