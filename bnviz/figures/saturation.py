"""How much of each layer sits in the flat ends of its nonlinearity, at one step."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.figures.common import finite, frame_at, labels_of, layer_names, theme_of
from bnviz.figures.theme import style
from bnviz.figures.words import say
from bnviz.telemetry.history import History


def saturation(history: History, step: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw saturated share, dead share and mean derivative per layer; shares run from 0 to 100 % always."""
    frame, theme, labels = frame_at(history, step), theme_of(history, dark), labels_of(history, lang)
    rows = (
        ("saturated", 100.0, "%{y:.1f} %"),
        ("dead", 100.0, "%{y:.1f} %"),
        ("derivative", 1.0, "%{y:.3f}"),
    )
    figure = make_subplots(
        cols=3,
        horizontal_spacing=0.09,
        subplot_titles=[say(f"figure.axis.{name}", lang) for name, _, _ in rows],
    )
    for column, (name, factor, form) in enumerate(rows, 1):
        for arm, record in enumerate(frame.arms):
            values = factor * finite(getattr(record, name))
            figure.add_trace(
                go.Scatter(
                    x=layer_names(len(values), lang),
                    y=values,
                    mode="lines+markers",
                    name=labels[arm],
                    legendgroup=labels[arm],
                    showlegend=column == 1,
                    line=theme.line(arm),
                    hovertemplate="%{x}: " + form,
                ),
                row=1,
                col=column,
            )
        figure.update_yaxes(title_text=say(f"figure.axis.{name}", lang), row=1, col=column)
    figure.update_yaxes(range=[-2, 102], col=1)
    figure.update_yaxes(range=[-2, 102], col=2)
    figure.update_yaxes(rangemode="tozero", col=3)
    figure.update_layout(annotations=[])
    return style(figure, 400)
