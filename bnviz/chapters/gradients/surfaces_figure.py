"""Figure of the chapter on gradients: the loss around both twins as surfaces in space."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.figures.common import finite
from bnviz.figures.contours import log_loss
from bnviz.figures.theme import GRID, Theme, style
from bnviz.telemetry.records import SurfaceRecord
from bnviz.text.catalogue import translate


def surfaces_3d(surface: SurfaceRecord, labels: Sequence[str], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw log10 of the loss of every arm above the same plane: same axes, same height, same colors.

    The line is the path's projection on the surface: at its end the loss is exact; earlier weights may be
    outside the plane.
    """
    theme, logs = Theme(dark), log_loss(surface)
    low, high = (float(np.nanmin(logs)), float(np.nanmax(logs))) if np.isfinite(logs).any() else (0.0, 1.0)
    figure = make_subplots(
        cols=len(labels),
        specs=[[{"type": "scene"}] * len(labels)],
        subplot_titles=[f"<b>{label}</b>" for label in labels],
        horizontal_spacing=0.02,
    )
    ticks = np.linspace(low, high, 5)
    names = [f"{10**tick:.2g}" for tick in ticks]
    for arm in range(len(labels)):
        figure.add_trace(
            go.Surface(
                x=surface.xs,
                y=surface.ys,
                z=logs[arm],
                customdata=finite(surface.loss[arm]),
                coloraxis="coloraxis",
                hovertemplate="(%{x:.2f}, %{y:.2f}): %{customdata:.4g}",
            ),
            row=1,
            col=arm + 1,
        )
        figure.add_trace(_path(surface, arm, logs[arm], theme.color(arm), lang), row=1, col=arm + 1)
        scene = _scene(surface, (low, high), ticks, names, lang)
        figure.update_layout({f"scene{arm + 1 if arm else ''}": scene})
    bar = {"title": {"text": translate("figure.axis.loss", lang)}, "tickvals": ticks, "ticktext": names}
    colors = {"colorscale": "Cividis", "cmin": low, "cmax": high, "colorbar": bar}
    figure.update_layout(showlegend=False, coloraxis=colors)
    figure = style(figure, 540)
    return figure.update_layout(margin={"l": 0, "r": 0, "b": 8})


def _path(surface: SurfaceRecord, arm: int, logs: Floats, color: str, lang: str) -> go.Scatter3d:
    path = finite(surface.path[arm])
    return go.Scatter3d(
        x=path[:, 0],
        y=path[:, 1],
        z=_on_surface(surface, logs, path),
        mode="lines",
        line={"color": color, "width": 6},
        name=translate("figure.trace.path", lang),
        hoverinfo="skip",
    )


def _scene(
    surface: SurfaceRecord, heights: tuple[float, float], ticks: Floats, names: Sequence[str], lang: str
) -> dict[str, object]:
    word = "component" if surface.plane.startswith("pca") else "direction"
    return {
        "xaxis": {"title": {"text": translate(f"figure.axis.{word}_1", lang)}, "gridcolor": GRID},
        "yaxis": {"title": {"text": translate(f"figure.axis.{word}_2", lang)}, "gridcolor": GRID},
        "zaxis": {
            "title": {"text": translate("figure.axis.loss", lang)},
            "range": list(heights),
            "gridcolor": GRID,
            "tickvals": ticks,
            "ticktext": names,
        },
        "aspectmode": "manual",
        "aspectratio": {"x": 1, "y": 1, "z": 0.7},
        "camera": {"eye": {"x": 1.5, "y": -1.5, "z": 1.0}},
    }


def _on_surface(surface: SurfaceRecord, logs: Floats, path: Floats) -> Floats:
    """Return the height of the nearest grid point, a little lifted so that the line is seen."""
    columns = np.abs(finite(surface.xs)[None, :] - path[:, :1]).argmin(1)
    rows = np.abs(finite(surface.ys)[None, :] - path[:, 1:]).argmin(1)
    return np.asarray(logs[rows, columns] + 0.02 * (np.nanmax(logs) - np.nanmin(logs)))
