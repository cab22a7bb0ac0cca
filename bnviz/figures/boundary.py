"""The decision boundary of every arm on a plane of inputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.figures.common import finite
from bnviz.figures.theme import DARK, INK, LIGHT, style
from bnviz.telemetry.records import BoundaryRecord
from bnviz.telemetry.run_description import DatasetDescription
from bnviz.text.catalogue import translate
from bnviz.text.plain import figure_text


def boundary(
    record: BoundaryRecord, dataset: DatasetDescription, labels: Sequence[str], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the probability of the last class on one scale from 0 to 1, and the training points.

    Args:
        record: the computed probabilities.
        dataset: names classes and holds points.
        labels: the arms' names.
        lang: language of the words.
        dark: colors for a dark page.
    """
    classes = [figure_text(name) for name in dataset.classes]
    figure = make_subplots(
        cols=len(labels), column_titles=list(labels), shared_xaxes="all", shared_yaxes="all", horizontal_spacing=0.04
    )
    for arm, label in enumerate(labels):
        place = {"row": 1, "col": arm + 1}
        figure.add_trace(
            go.Heatmap(
                x=record.xs,
                y=record.ys,
                z=finite(record.probability[arm, -1]),
                coloraxis="coloraxis",
                name=label,
                hovertemplate="(%{x:.2f}, %{y:.2f}): %{z:.3f}",
            ),
            **place,
        )
        for trace in _points(dataset, classes, lang, dark):
            figure.add_trace(trace, **place)
    figure.update_xaxes(title_text=translate("figure.axis.x1", lang))
    figure.update_yaxes(title_text=translate("figure.axis.x2", lang), col=1)
    colors = DARK if dark else LIGHT
    figure.update_layout(
        showlegend=False,
        coloraxis={
            "cmin": 0.0,
            "cmax": 1.0,
            "colorscale": [[0.0, colors[2]], [0.5, "#f2f2f2"], [1.0, "#aa4499"]],
            "colorbar": {"title": {"text": translate("figure.axis.probability", lang, name=classes[-1])}},
        },
    )
    return style(figure, 460)


def _points(dataset: DatasetDescription, classes: Sequence[str], lang: str, dark: bool) -> list[go.Scatter]:
    points = np.asarray(dataset.points or [], np.float64).reshape(-1, 3)
    symbols = ("circle", "square", "diamond", "cross", "x", "triangle-up")
    return [
        go.Scatter(
            x=points[points[:, 2] == index, 0],
            y=points[points[:, 2] == index, 1],
            mode="markers",
            name=translate("figure.trace.points", lang, name=name),
            marker={
                "symbol": symbols[index % 6],
                "size": 5,
                "color": "#ffffff" if dark else "#1a2233",
                "opacity": 0.6,
                "line": {"width": 0.5, "color": INK},
            },
            hovertemplate=name,
        )
        for index, name in enumerate(classes)
    ]
