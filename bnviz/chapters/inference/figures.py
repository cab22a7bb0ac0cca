"""Figures of training and inference: predictions of one image, a running mean, statistics compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from bnviz.array_types import Floats
from bnviz.chapters.inference.results import BatchDependence, Recalibration, RunningMeanTrace, StatisticsStudy
from bnviz.figures.marks import band, bars, reference_line
from bnviz.figures.theme import GRID, INK, Theme, style
from bnviz.text.catalogue import translate

FAINT = "rgba(124, 133, 148, 0.35)"
_EVAL, _TRAIN = 1, 2
"""Evaluation mode has BN's own color; training mode, the same net, the third one."""

_KINDS = {
    "precise": (1, "solid", 3.0),
    "batch": (2, "dot", 2.0),
    "ema 0.1": (None, "solid", 2.0),
    "ema 0.01": (None, "dash", 2.0),
    "ema 0.001": (None, "dot", 2.0),
}


def digit_figure(pixels: Floats, *, dark: bool = False) -> go.Figure:
    """Draw one image of gray values 0..1, without axes."""
    scale = [[0, "rgba(128,136,150,0.12)"], [1, "#f2f2f2" if dark else "#1c2430"]]
    figure = go.Figure(go.Heatmap(z=pixels, colorscale=scale, zmin=0, zmax=1, showscale=False, hoverinfo="skip"))
    style(figure, 210, top=8)
    figure.update_layout(margin={"l": 4, "r": 4, "t": 8, "b": 4})
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
    return figure


def predictions_figure(
    dependence: BatchDependence, size: int, draw: int, *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the probabilities of all classes in one batch: training mode beside evaluation mode."""
    theme, place = Theme(dark), dependence.sizes.index(size)
    figure = go.Figure()
    for mode, slot, values in (
        ("training", _TRAIN, dependence.training[place, draw]),
        ("evaluation", _EVAL, dependence.evaluation[place, draw]),
    ):
        figure.add_bar(
            x=np.arange(len(values)),
            y=values,
            name=translate(f"inference.figure.{mode}", lang),
            marker={"color": theme.color(slot)},
            hovertemplate="%{x}: %{y:.3f}",
        )
    figure.update_layout(barmode="group")
    figure.update_xaxes(title_text=translate("inference.figure.class", lang), dtick=1)
    figure.update_yaxes(title_text=translate("inference.figure.probability", lang), range=[0, 1.02])
    style(figure, 300)
    return figure.update_layout(bargap=0.25)


def batch_size_figure(
    dependence: BatchDependence, size: int, draw: int, *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the true class's probability for every batch size and set of batch-mates, and the chosen one."""
    theme = Theme(dark)
    trained = dependence.of_label("training")
    x = np.repeat(np.arange(len(dependence.sizes)), trained.shape[1])
    figure = go.Figure()
    figure.add_scatter(
        x=x + np.tile(np.linspace(-0.28, 0.28, trained.shape[1]), len(dependence.sizes)),
        y=trained.ravel(),
        mode="markers",
        marker={"size": 5, "color": theme.fill(_TRAIN, 0.75)},
        name=translate("inference.figure.training", lang),
        hovertemplate="%{y:.3f}",
    )
    figure.add_scatter(
        x=np.arange(len(dependence.sizes)),
        y=dependence.of_label("evaluation")[:, draw],
        mode="lines",
        line=theme.line(_EVAL),
        name=translate("inference.figure.evaluation", lang),
        hovertemplate="%{y:.3f}",
    )
    place = dependence.sizes.index(size)
    offset = np.linspace(-0.28, 0.28, trained.shape[1])[draw]
    figure.add_trace(_chosen(place + offset, trained[place, draw], lang))
    figure.update_xaxes(
        title_text=translate("inference.figure.batch_size", lang),
        tickvals=np.arange(len(dependence.sizes)),
        ticktext=[str(each) for each in dependence.sizes],
        range=[-0.6, len(dependence.sizes) - 0.4],
    )
    title = translate("inference.figure.true_class", lang, label=dependence.label)
    figure.update_yaxes(title_text=title, range=[-0.02, 1.02])
    return style(figure, 340)


def _chosen(x: float, y: float, lang: str) -> go.Scatter:
    """Return a ring around the chosen set of batch-mates."""
    return go.Scatter(
        x=[x],
        y=[y],
        mode="markers",
        name=translate("inference.figure.now", lang),
        marker={"size": 13, "symbol": "circle-open", "color": INK, "line": {"width": 2}},
        hoverinfo="skip",
    )


def trace_figure(result: RunningMeanTrace, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the batch means, the running mean that follows them, and the mean over all samples."""
    theme = Theme(dark)
    figure = go.Figure()
    steps = np.arange(len(result.running))
    figure.add_scatter(
        x=steps[1:],
        y=result.batch_mean,
        mode="markers",
        marker={"size": 4, "color": theme.fill(_TRAIN, 0.6)},
        name=translate("inference.figure.batch_mean", lang),
        hovertemplate="%{x}: %{y:.3f}",
    )
    figure.add_scatter(
        x=steps,
        y=result.running,
        mode="lines",
        line=theme.line(_EVAL, 3),
        name=translate("inference.figure.running", lang),
        hovertemplate="%{x}: %{y:.3f}",
    )
    reference_line(figure, y=result.population, dash="dash", width=1.5)
    if result.measured_steps < len(steps):
        reference_line(
            figure,
            x=result.measured_steps,
            label=translate("inference.figure.settled", lang, steps=result.measured_steps),
            annotation_font_color=INK,
            annotation_position="bottom right",
        )
    low = min(0.0, float(result.batch_mean.min()))
    high = max(0.0, float(result.batch_mean.max()))
    margin = 0.06 * (high - low)
    figure.update_xaxes(title_text=translate("figure.axis.step", lang), range=[0, len(steps) - 1])
    figure.update_yaxes(title_text=translate("inference.figure.mean", lang), range=[low - margin, high + margin])
    return style(figure, 360)


def study_figure(result: StatisticsStudy, size: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw accuracy over steps under every kind of statistics, the seeds' range as a band."""
    theme = Theme(dark)
    mean, low, high = 100 * result.curves(size)
    figure = go.Figure()
    for place, kind in enumerate(result.kinds):
        slot, dash, width = _KINDS[kind]
        steps = np.array(result.steps)
        fill = FAINT if slot is None else theme.fill(slot, 0.12)
        figure.add_trace(band(steps, low[:, place], high[:, place], fill))
        figure.add_scatter(
            x=steps,
            y=mean[:, place],
            mode="lines+markers",
            name=translate(f"inference.kind.{kind}", lang),
            line={"color": INK if slot is None else theme.color(slot), "dash": dash, "width": width},
            hovertemplate="%{x}: %{y:.1f} %",
        )
    reference_line(figure, y=10, color=GRID)
    figure.update_xaxes(
        title_text=translate("figure.axis.step", lang),
        type="log",
        tickvals=result.steps,
        ticktext=[str(step) for step in result.steps],
    )
    figure.update_yaxes(title_text=translate("figure.axis.accuracy", lang), range=[0, 101])
    return style(figure, 400, top=76)


def recalibration_figure(result: Recalibration, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw accuracies as bars: intact, degraded, in training mode, recalibrated, recalibrated on one class."""
    theme = Theme(dark)
    parts: Sequence[tuple[str, float | None, str]] = (
        ("intact", result.intact, INK),
        ("degraded", result.degraded, FAINT),
        ("batch", result.batch, theme.color(2)),
        ("recalibrated", result.recalibrated, theme.color(1)),
        ("one_class", result.one_class, theme.fill(1, 0.45)),
    )
    shown = [(name, 100 * value, color) for name, value, color in parts if value is not None]
    figure = go.Figure(
        bars(
            [translate(f"inference.figure.{name}", lang) for name, _, _ in shown],
            [value for _, value, _ in shown],
            [color for _, _, color in shown],
            width=0.62,
            text=[f"{value:.1f} %" for _, value, _ in shown],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(title_text=translate("figure.axis.accuracy", lang), range=[0, 108], dtick=20)
    figure.update_yaxes(autorange="reversed", automargin=True)
    return style(figure, 290, top=16)
