"""The loss around the weights of every arm, on the same plane, axes and color scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.figures.common import finite
from bnviz.figures.theme import INK, Theme, style
from bnviz.telemetry.records import SurfaceRecord
from bnviz.text.catalogue import translate


def contours(
    surface: SurfaceRecord,
    labels: Sequence[str],
    *,
    slots: tuple[int, ...] = (0, 1, 2),
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw the loss on a logarithmic color scale shared by all arms, and the path to the current weights.

    Args:
        surface: the computed losses.
        labels: the arms' names.
        slots: the arms' colors, see ``theme.arm_slots``.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark, slots)
    logs = log_loss(surface)
    low, high = (float(np.nanmin(logs)), float(np.nanmax(logs))) if np.isfinite(logs).any() else (0.0, 1.0)
    titles = [_title(surface, arm, label, lang) for arm, label in enumerate(labels)]
    figure = make_subplots(
        cols=len(labels), subplot_titles=titles, shared_xaxes="all", shared_yaxes="all", horizontal_spacing=0.05
    )
    for arm, label in enumerate(labels):
        place = {"row": 1, "col": arm + 1}
        figure.add_trace(_levels(surface, arm, label, low, high), **place)
        figure.add_trace(_path(surface, arm, theme, lang), **place)
        figure.add_trace(_now(surface, arm, theme, lang), **place)
    word = "component" if surface.plane.startswith("pca") else "direction"
    figure.update_xaxes(title_text=translate(f"figure.axis.{word}_1", lang), range=_range(surface.xs))
    figure.update_yaxes(title_text=translate(f"figure.axis.{word}_2", lang), col=1)
    figure.update_yaxes(range=_range(surface.ys))
    figure.update_layout(showlegend=False, coloraxis=_color_axis(low, high, lang))
    return style(figure, 560, top=110)


def log_loss(surface: SurfaceRecord) -> Floats:
    """Return log10 of the loss (A, n, n); NaN where it is not finite or not above 0."""
    loss = finite(surface.loss)
    return np.log10(np.where(loss > 0, loss, np.nan))


def _levels(surface: SurfaceRecord, arm: int, label: str, low: float, high: float) -> go.Contour:
    """Return the contours of one arm's loss, at 16 levels between low and high (log10)."""
    return go.Contour(
        x=surface.xs,
        y=surface.ys,
        z=log_loss(surface)[arm],
        customdata=finite(surface.loss[arm]),
        coloraxis="coloraxis",
        contours={"start": low, "end": high, "size": max(high - low, 1e-9) / 16},
        line={"width": 0.6},
        name=label,
        hovertemplate="(%{x:.2f}, %{y:.2f}): %{customdata:.4g}",
    )


def _color_axis(low: float, high: float, lang: str) -> dict[str, object]:
    """Return the color scale shared by all arms; its ticks are written as losses."""
    ticks = np.linspace(low, high, 6)
    bar = {
        "title": {"text": translate("figure.axis.loss", lang)},
        "tickvals": ticks,
        "ticktext": [f"{10**tick:.3g}" for tick in ticks],
    }
    return {"colorscale": "Cividis", "cmin": low, "cmax": high, "colorbar": bar}


def _range(coordinates: object) -> list[float]:
    values = np.asarray(coordinates, np.float64)
    return [float(values.min()), float(values.max())]


def _title(surface: SurfaceRecord, arm: int, label: str, lang: str) -> str:
    notes = [translate(f"figure.note.{surface.plane}", lang), translate(f"figure.note.bn_{surface.bn_stats}", lang)]
    share = float(surface.captured[arm])
    if np.isfinite(share):
        notes.append(translate("figure.note.captured", lang, percent=f"{100 * share:.0f}"))
    return f"<b>{label}</b><br><sup>" + "</sup><br><sup>".join(notes) + "</sup>"


def _path(surface: SurfaceRecord, arm: int, theme: Theme, lang: str) -> go.Scatter:
    path = finite(surface.path[arm])
    return go.Scatter(
        x=path[:, 0],
        y=path[:, 1],
        mode="lines",
        name=translate("figure.trace.path", lang),
        line={"color": theme.color(arm), "width": 3},
        hovertemplate="(%{x:.2f}, %{y:.2f})",
    )


def _now(surface: SurfaceRecord, arm: int, theme: Theme, lang: str) -> go.Scatter:
    """Mark the current weights: the end of the path, or the middle of the plane if there is no path."""
    path = finite(surface.path[arm])
    path = path[np.isfinite(path).all(axis=1)]
    x, y = path[-1] if len(path) else (0.0, 0.0)
    return go.Scatter(
        x=[float(x)],
        y=[float(y)],
        mode="markers",
        name=translate("figure.trace.now", lang),
        marker={"color": theme.color(arm), "size": 11, "line": {"color": INK, "width": 1.5}},
        hovertemplate=translate("figure.trace.now", lang),
    )
