"""Parameters and statistics of the normalized layers at one step: gamma, beta, batch and running statistics."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.figures.common import finite, frame_at, labels_of, layer_names, theme_of
from bnviz.figures.theme import Theme, style
from bnviz.telemetry.history import History
from bnviz.telemetry.records import PARAMETERS, ArmRecord
from bnviz.text.catalogue import translate

_MEDIAN, _LOW, _HIGH = 2, 0, 4
_PLACES: tuple[tuple[str, int, int, str, str | None], ...] = (
    # parameter, row, column, axis, which statistics
    ("gamma", 1, 1, "gamma", None),
    ("beta", 1, 2, "beta", None),
    ("batch_mean", 2, 1, "mean", "batch"),
    ("running_mean", 2, 1, "mean", "running"),
    ("batch_var", 2, 2, "variance", "batch"),
    ("running_var", 2, 2, "variance", "running"),
)


def parameters(history: History, step: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the median over units with bars from the 5th to the 95th percentile, per layer."""
    frame, theme, labels = frame_at(history, step), theme_of(history, dark), labels_of(history, lang)
    figure = make_subplots(rows=2, cols=2, horizontal_spacing=0.12, vertical_spacing=0.16)
    for arm, record in enumerate(frame.arms):
        if not history.description.arms[arm].normalized:
            continue
        for name, row, column, axis, kind in _PLACES:
            label = labels[arm] if kind is None else translate(f"figure.trace.{kind}", lang, arm=labels[arm])
            figure.add_trace(_bars(record, name, arm, label, kind == "running", theme, lang), row=row, col=column)
            figure.update_yaxes(title_text=translate(f"figure.axis.{axis}", lang), row=row, col=column)
    return style(figure, 560)


def _bars(record: ArmRecord, name: str, arm: int, label: str, hollow: bool, theme: Theme, lang: str) -> go.Scatter:
    values = finite(record.parameters)[:, PARAMETERS.index(name)]  # (L, 5)
    middle = values[:, _MEDIAN]
    return go.Scatter(
        x=layer_names(len(values), lang),
        y=middle,
        mode="markers",
        name=label,
        legendgroup=label,
        showlegend=name in ("gamma", "batch_mean", "running_mean"),
        marker={"color": theme.color(arm), "size": 9, "symbol": "circle-open" if hollow else "circle"},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": values[:, _HIGH] - middle,
            "arrayminus": middle - values[:, _LOW],
            "thickness": 1.2,
            "color": theme.fill(arm, 0.7),
        },
        hovertemplate="%{x}: %{y:.3g}",
    )
