"""The share of each layer that is in the flat parts of its nonlinearity, at one step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.figures.common import finite, frame_at, labels_of, layer_names, theme_of
from bnviz.figures.theme import style
from bnviz.telemetry.history import History
from bnviz.text.catalogue import translate

_ROWS: tuple[tuple[str, float, str, list[float] | None], ...] = (
    # field of ArmRecord, factor, format of a value, fixed range of the axis
    ("saturated_fraction", 100.0, "%{y:.1f} %", [-2.0, 102.0]),
    ("dead_fraction", 100.0, "%{y:.1f} %", [-2.0, 102.0]),
    ("derivative", 1.0, "%{y:.3f}", None),
)


def saturation(history: History, step: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw saturated share, dead share and mean derivative per layer; axes of shares always run from 0 to 100 %."""
    frame, theme, labels = frame_at(history, step), theme_of(history, dark), labels_of(history, lang)
    # Sigmoids do not die and ReLUs do not saturate: a measure that applies to no arm is not drawn.
    shown = [row for row in _ROWS if any(np.isfinite(getattr(arm, row[0])).any() for arm in frame.arms)]
    figure = make_subplots(cols=max(1, len(shown)), horizontal_spacing=0.09)
    for column, (name, factor, form, limits) in enumerate(shown, 1):
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
        title = translate(f"figure.axis.{name}", lang)
        figure.update_yaxes(title_text=title, range=limits, rangemode="tozero", row=1, col=column)
    return style(figure, 400)
