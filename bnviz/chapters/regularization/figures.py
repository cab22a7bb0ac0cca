"""Figures of the chapter on regularization."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.chapters.regularization.results import Jitter, OverfitStudy, StatisticNoise
from bnviz.figures.common import layer_names
from bnviz.figures.marks import band, mean_ticks, reference_line, seed_dots
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import translate

_LOG_SIZES = {"type": "log", "tickvals": [2, 4, 8, 16, 32, 64, 128, 256]}
_LOG_SD = {"type": "log", "range": [-1.5, 0.35], "tickvals": [0.05, 0.1, 0.2, 0.5, 1, 2]}


def noise_figure(noise: StatisticNoise, size: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the spread of batch means and variances over the batch size: formulas as lines, draws as marks.

    Args:
        noise: formulas and draws.
        size: the chosen batch size, drawn as a vertical line.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    rows = (("mean", noise.mean_formula, noise.mean_sampled, 1), ("var", noise.var_formula, noise.var_sampled, 2))
    for name, formula, sampled, slot in rows:
        figure.add_trace(
            go.Scatter(
                x=noise.sizes,
                y=formula,
                mode="lines",
                line=theme.line(slot),
                hovertemplate="%{x}: %{y:.4f}",
                name=translate(f"regularization.fig.{name}_formula", lang),
            )
        )
        figure.add_trace(
            go.Scatter(
                x=noise.sizes,
                y=sampled,
                mode="markers",
                hovertemplate="%{x}: %{y:.4f}",
                marker={"color": theme.color(slot), "size": 9, "symbol": "circle-open", "line": {"width": 2}},
                name=translate(f"regularization.fig.{name}_sampled", lang),
            )
        )
    reference_line(figure, x=size)
    figure.update_xaxes(title_text=translate("regularization.fig.size", lang), **_LOG_SIZES)
    figure.update_yaxes(title_text=translate("regularization.fig.sd", lang), **_LOG_SD)
    return style(figure, 400, top=84)


def jitter_figure(jitter: Jitter, unit: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw x_hat of one digit in one unit over the batch sizes, and its typical spread over all units.

    Args:
        jitter: what was measured.
        unit: whose values are shown on the left.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    figure = make_subplots(cols=2, horizontal_spacing=0.14)
    for place, size in enumerate(jitter.sizes):
        figure.add_trace(
            go.Box(
                y=jitter.x_hat[place, :, unit],
                name=str(size),
                boxpoints="all",
                pointpos=0,
                jitter=0.5,
                marker={"color": theme.color(1), "size": 3, "opacity": 0.35},
                line={"width": 1.5},
                fillcolor=theme.fill(1, 0.12),
                showlegend=False,
                hovertemplate="%{y:.3f}",
            ),
            row=1,
            col=1,
        )
    reference_line(figure, y=float(jitter.population[unit]), row=1, col=1)
    _draw_typical_spread(figure, jitter, theme, lang)
    figure.update_xaxes(title_text=translate("regularization.fig.size", lang))
    figure.update_xaxes(type="category", row=1, col=1)
    figure.update_xaxes(row=1, col=2, **_LOG_SIZES)
    figure.update_yaxes(title_text=translate("regularization.fig.x_hat", lang), range=[-4, 4], row=1, col=1)
    figure.update_yaxes(title_text=translate("regularization.fig.sd_x_hat", lang), row=1, col=2, **_LOG_SD)
    return style(figure, 430)


def _draw_typical_spread(figure: go.Figure, jitter: Jitter, theme: Theme, lang: str) -> None:
    figure.add_trace(
        go.Scatter(
            x=jitter.sizes,
            y=jitter.predicted,
            mode="lines",
            line={"color": INK, "dash": "dot"},
            name=translate("regularization.fig.predicted", lang),
            hovertemplate="%{x}: %{y:.4f}",
        ),
        row=1,
        col=2,
    )
    figure.add_trace(
        go.Scatter(
            x=jitter.sizes,
            y=jitter.typical,
            mode="markers",
            marker={"color": theme.color(1), "size": 10},
            name=translate("regularization.fig.typical", lang),
            hovertemplate="%{x}: %{y:.4f}",
        ),
        row=1,
        col=2,
    )


def digit_figure(picture: Floats, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw one digit (28, 28), ink dark on a light page and light on a dark one."""
    figure = go.Figure(
        go.Heatmap(z=picture, colorscale="gray" if dark else "gray_r", showscale=False, hoverinfo="skip")
    )
    style(figure, 180, top=4)
    figure.update_layout(margin={"l": 0, "r": 0, "b": 4})
    figure.update_yaxes(autorange="reversed", scaleanchor="x", visible=False)
    return figure.update_xaxes(visible=False)


def study_figure(study: OverfitStudy, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the final accuracies of every seed in %, one row per arm, and their means."""
    theme, figure = Theme(dark), go.Figure()
    labels = [translate(f"regularization.arm.{name}", lang) for name in study.arms]
    for key, slot, symbol in (("train", 0, "circle-open"), ("test", 1, "diamond")):
        values, color = 100 * study.metric(f"{key}_accuracy")[..., -1], theme.color(slot)
        figure.add_trace(
            seed_dots(
                labels,
                values,
                color,
                marker={"symbol": symbol, "size": 8, "opacity": 0.6},
                name=translate(f"regularization.fig.{key}_seed", lang),
                hovertemplate="%{x:.1f} %",
            )
        )
        figure.add_trace(
            mean_ticks(
                labels,
                list(values.mean(1)),
                color,
                size=24,
                name=translate(f"regularization.fig.{key}_mean", lang),
                hovertemplate="%{x:.2f} %",
            )
        )
    figure.update_xaxes(title_text=translate("regularization.fig.accuracy", lang), range=[78, 100.5])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return style(figure, 170 + 38 * len(labels), top=84)


def losses_figure(study: OverfitStudy, arms: Sequence[str], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw training and test loss of up to three arms over the steps: mean, and smallest to largest seed.

    Args:
        study: the runs.
        arms: names; the first arm is the reference.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    figure = make_subplots(cols=2, horizontal_spacing=0.14)
    for slot, arm in enumerate(arms):
        for column, part in enumerate(("train", "test"), 1):
            values = study.metric(f"{part}_loss")[study.arms.index(arm)]
            place = {"row": 1, "col": column}
            figure.add_trace(band(study.steps, values.min(0), values.max(0), theme.fill(slot)), **place)
            figure.add_trace(
                go.Scatter(
                    x=list(study.steps),
                    y=values.mean(0),
                    mode="lines",
                    line=theme.line(slot),
                    legendgroup=arm,
                    name=translate(f"regularization.arm.{arm}", lang),
                    showlegend=column == 1,
                    hovertemplate="%{x}: %{y:.3f}",
                ),
                **place,
            )
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    for column, part in enumerate(("train", "test"), 1):
        title = translate(f"regularization.fig.{part}_loss", lang)
        figure.update_yaxes(title_text=title, row=1, col=column)
    figure.update_yaxes(type="log", dtick=1, tickformat="~g", range=[-3.5, 0.5], row=1, col=1)
    figure.update_yaxes(range=[0, 1.2], row=1, col=2)
    return style(figure, 380)


def shift_figure(measured: Floats, formula: Floats, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw Var_eval / Var_train of every unit, layer by layer: measured, and the formula's median.

    Args:
        measured: (L, D).
        formula: (L, D).
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    names = layer_names(len(measured) + 1, lang)[1:]
    figure.add_trace(
        go.Box(
            x=np.repeat(names, measured.shape[1]),
            y=measured.ravel(),
            boxpoints="all",
            pointpos=0,
            jitter=0.6,
            marker={"color": theme.color(1), "size": 4, "opacity": 0.5},
            line={"width": 1.5},
            fillcolor=theme.fill(1, 0.12),
            name=translate("regularization.fig.ratio_measured", lang),
            hovertemplate="%{y:.3f}",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=names,
            y=np.median(formula, axis=1),
            mode="markers",
            hovertemplate="%{y:.3f}",
            marker={"color": theme.color(2), "symbol": "line-ew-open", "size": 44, "line": {"width": 3}},
            name=translate("regularization.fig.ratio_formula", lang),
        )
    )
    reference_line(figure, y=1)
    figure.update_yaxes(title_text=translate("regularization.fig.ratio", lang), range=[0, 1.15])
    return style(figure, 380)
