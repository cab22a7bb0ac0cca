"""Loss and accuracy over the whole run."""

from __future__ import annotations

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.figures.common import finite, labels_of, theme_of
from bnviz.figures.marks import band, reference_line
from bnviz.figures.theme import Theme, style
from bnviz.telemetry.history import History
from bnviz.text.catalogue import translate


def curves(history: History, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw training loss (mean, and a band from smallest to largest), test loss and test accuracy."""
    theme = theme_of(history, dark)
    figure = make_subplots(cols=2, horizontal_spacing=0.1)
    for arm, label in enumerate(labels_of(history, lang)):
        for trace in _losses(history, arm, label, theme, lang):
            figure.add_trace(trace, row=1, col=1)
        tests = history.evaluations[arm]
        figure.add_trace(
            go.Scatter(
                x=tests.step,
                y=100.0 * finite(tests.test_accuracy),
                mode="lines",
                name=translate("figure.trace.test", lang, arm=label),
                showlegend=False,
                line=theme.line(arm),
                hovertemplate="%{x}: %{y:.1f} %",
            ),
            row=1,
            col=2,
        )
    reference_line(figure, y=100.0 * history.description.chance, row=1, col=2)
    for mark in history.marks:
        reference_line(figure, x=mark.step, label=mark.text, width=1)
    figure.update_yaxes(title_text=translate("figure.axis.loss", lang), rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text=translate("figure.axis.accuracy", lang), range=[0, 101], row=1, col=2)
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    return style(figure, 430)


def _losses(history: History, arm: int, label: str, theme: Theme, lang: str) -> list[go.Scatter]:
    loss, tests = history.curves[arm], history.evaluations[arm]
    low, high = finite(loss.loss_min), finite(loss.loss_max)
    extremes = band(loss.step, low, high, theme.fill(arm), name=translate("figure.trace.range", lang, arm=label))
    form = "%{x}: %{y:.3f}"
    mean = go.Scatter(
        x=loss.step,
        y=finite(loss.loss_mean),
        mode="lines",
        line=theme.line(arm, 1.5),
        hovertemplate=form,
        name=translate("figure.trace.train", lang, arm=label),
    )
    test = go.Scatter(
        x=tests.step,
        y=finite(tests.test_loss),
        mode="lines+markers",
        marker={"size": 4},
        hovertemplate=form,
        line={**theme.line(arm, 1.0)},
        name=translate("figure.trace.test", lang, arm=label),
    )
    return [extremes, mean, test]
