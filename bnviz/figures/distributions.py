"""Histograms of every layer at one step, on the same fixed axes."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.figures.common import edges_of, frame_at, labels_of, layer_names, most_layers, theme_of
from bnviz.figures.theme import INK, SHADE, Theme, style
from bnviz.telemetry.history import History
from bnviz.telemetry.records import BINS, STAGES, ArmRecord
from bnviz.text.catalogue import translate


def distributions(
    history: History, step: int, stage: str = "pre_activation", *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw one row per layer and one column per arm; the outermost bars are the mass beyond the axis.

    Args:
        history: the recorded run.
        step: the newest frame at or before this step is drawn.
        stage: one of ``telemetry.records.STAGES``.
        lang: language of the words.
        dark: colors for a dark page.
    """
    frame, theme, labels = frame_at(history, step), theme_of(history, dark), labels_of(history, lang)
    layers = most_layers(frame)
    centers = bar_centers(*edges_of(history, stage))
    figure = make_subplots(
        rows=layers,
        cols=len(labels),
        shared_xaxes="all",
        shared_yaxes="all",
        column_titles=list(labels),
        vertical_spacing=min(0.02, 0.2 / layers),
        horizontal_spacing=0.04,
    )
    for arm, record in enumerate(frame.arms):
        for layer, share in enumerate(shares(record, stage)):
            place = {"row": layer + 1, "col": arm + 1}
            figure.add_trace(_bars(centers, share, arm, labels[arm], theme, lang), **place)
            _shade(figure, history, arm, stage, place)
    for layer, name in enumerate(layer_names(layers, lang)):
        figure.update_yaxes(title_text=name, row=layer + 1, col=1)
    figure.update_yaxes(range=[0.0, 1.05 * max(float(shares(record, stage).max()) for record in frame.arms)])
    low, high = edges_of(history, stage)
    figure.update_xaxes(range=[low - 0.03 * (high - low), high + 0.03 * (high - low)])
    figure.update_xaxes(title_text=translate(f"figure.stage.{stage}", lang), row=layers)
    figure.update_layout(showlegend=False, annotations=[*figure.layout.annotations, _unit_note(lang)])
    return style(figure, 150 + 92 * layers)


def bar_centers(low: float, high: float) -> Floats:
    """Return the centers of the bins (BINS + 2,); the two out-of-range bins are just outside the edges."""
    width = (high - low) / BINS
    return low + width * (np.arange(BINS + 2, dtype=np.float64) - 0.5)


def shares(record: ArmRecord, stage: str) -> Floats:
    """Return the share of values in each bin, in percent (L, BINS + 2); an empty histogram gives zeros."""
    counts = np.asarray(record.histogram, np.float64)[:, STAGES.index(stage)]
    total = counts.sum(axis=1, keepdims=True)
    result: Floats = 100.0 * counts / np.maximum(total, 1.0)
    return result


def _bars(x: Floats, share: Floats, arm: int, name: str, theme: Theme, lang: str) -> go.Bar:
    edge = [True, *[False] * BINS, True]
    notes = ["<br>" + translate("figure.trace.outside", lang) if outer else "" for outer in edge]
    return go.Bar(
        x=x,
        y=share,
        name=name,
        customdata=notes,
        width=float(x[1] - x[0]),
        marker={"color": [INK if outer else theme.color(arm) for outer in edge], "line": {"width": 0}},
        hovertemplate="%{x:.3g}: %{y:.2f} %%{customdata}<extra>" + name + "</extra>",
    )


def _shade(figure: go.Figure, history: History, arm: int, stage: str, place: dict[str, int]) -> None:
    region = history.description.arms[arm].saturation
    if region is None:
        return
    axis_low, axis_high = edges_of(history, stage)
    is_input = stage != "activation"
    low, high = region.region if is_input else (region.low, region.high)
    if high < axis_high:
        figure.add_vrect(x0=high, x1=axis_high, fillcolor=SHADE, line_width=0, layer="below", **place)
    if low > axis_low:
        figure.add_vrect(x0=axis_low, x1=low, fillcolor=SHADE, line_width=0, layer="below", **place)


def _unit_note(lang: str) -> dict[str, object]:
    return {
        "text": translate("figure.axis.share", lang),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1.0,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 4,
        "xshift": -60,
        "showarrow": False,
        "font": {"size": 11},
    }
