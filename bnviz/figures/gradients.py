"""Gradient norms and update sizes of every layer at one step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.figures.common import finite, frame_at, labels_of, layer_names, theme_of
from bnviz.figures.marks import reference_line
from bnviz.figures.theme import style
from bnviz.telemetry.history import History
from bnviz.text.catalogue import translate

GUIDE = 1e-3
"""Karpathy's rule of thumb for a healthy update:data ratio (makemore, part 3)."""


def gradients(history: History, step: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the gradient norm and the update:data ratio per layer, head last, on logarithmic axes."""
    frame, theme, labels = frame_at(history, step), theme_of(history, dark), labels_of(history, lang)
    figure = make_subplots(cols=2, horizontal_spacing=0.12)
    for column, name in enumerate(("grad_norm", "update_to_data_ratio"), 1):
        for arm, record in enumerate(frame.arms):
            values = finite(getattr(record, name))
            figure.add_trace(
                go.Scatter(
                    x=layer_names(len(values), lang, head=True),
                    # A logarithmic axis cannot show 0.
                    y=np.where(values > 0, values, np.nan),
                    mode="lines+markers",
                    name=labels[arm],
                    legendgroup=labels[arm],
                    showlegend=column == 1,
                    line=theme.line(arm),
                    hovertemplate="%{x}: %{y:.2e}",
                ),
                row=1,
                col=column,
            )
        figure.update_yaxes(title_text=translate(f"figure.axis.{name}", lang), row=1, col=column)
    figure.update_yaxes(type="log", exponentformat="power")
    reference_line(figure, y=GUIDE, label=translate("figure.trace.guide", lang), row=1, col=2)
    return style(figure, 400)
