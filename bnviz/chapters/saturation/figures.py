"""Figures of the chapter on saturation and depth."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.saturation.results import (
    ActivationCurve,
    BatchNormEffect,
    InitScaleSweep,
    LayerRun,
    Stage,
    scaled_stat,
)
from bnviz.config import Experiment
from bnviz.figures.common import finite, layer_names
from bnviz.figures.marks import band, reference_line
from bnviz.figures.theme import INK, SHADE, Theme, style
from bnviz.telemetry.normal import normal_density
from bnviz.text.catalogue import translate

_HOVER = {"saturated": "%{y:.2f} %", "derivative": "%{y:.4f}", "dead": "%{y:.1f} %"}
_SYMBOLS = ("circle", "diamond")
_RANGE = 10.0


def effect_figure(
    effect: BatchNormEffect,
    activation_curve: ActivationCurve,
    *,
    after: bool = True,
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw the inputs' density above the nonlinearity and its derivative, without BN and, if ``after``, with BN.

    Args:
        effect: the inputs without and with BN.
        activation_curve: the nonlinearity and its derivative.
        after: whether the side with BN is shown; the other half stays empty, so that axes do not jump.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    titles = [translate("arm.none", lang), translate("arm.batch", lang) if after else ""]
    figure = make_subplots(
        rows=2,
        cols=2,
        shared_xaxes="all",
        shared_yaxes="rows",
        vertical_spacing=0.06,
        horizontal_spacing=0.05,
        row_heights=[0.45, 0.55],
        subplot_titles=titles,
    )
    for column, stage in enumerate((effect.before, effect.after) if after else (effect.before,), 1):
        _density(figure, stage, theme, column, lang)
        _curve(figure, activation_curve, theme, column, lang)
    if activation_curve.region is not None:
        for edge, end in zip(activation_curve.region, (-_RANGE, _RANGE), strict=True):
            figure.add_vrect(x0=edge, x1=end, fillcolor=SHADE, line_width=0, layer="below")
    figure.update_xaxes(range=[-_RANGE, _RANGE])
    figure.update_xaxes(title_text=translate("saturation.fig.input", lang), row=2)
    figure.update_yaxes(title_text=translate("saturation.fig.density", lang), range=[0, 0.85], row=1, col=1)
    figure.update_yaxes(title_text=translate("saturation.fig.value", lang), range=[-1.1, 1.15], row=2, col=1)
    style(figure, 480, top=84)
    return figure.update_layout(legend={"y": 1.1})


def _density(figure: go.Figure, stage: Stage, theme: Theme, column: int, lang: str) -> None:
    arm, place = column - 1, {"row": 1, "col": column}
    figure.add_trace(
        go.Histogram(
            x=stage.sample,
            histnorm="probability density",
            xbins={"start": -_RANGE, "end": _RANGE, "size": 0.25},
            marker={"color": theme.fill(arm, 0.35)},
            name=translate("saturation.fig.sampled", lang),
            legendgroup="sampled",
            showlegend=column == 1,
            hovertemplate="%{x}: %{y:.3f}",
        ),
        **place,
    )
    if stage.std > 0:
        x = np.linspace(-_RANGE, _RANGE, 601)
        y = normal_density(x, stage.mean, stage.std)
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="lines",
                line=theme.line(arm),
                name=translate("saturation.fig.exact", lang),
                legendgroup="exact",
                showlegend=column == 1,
                hovertemplate="%{x:.2f}: %{y:.3f}",
            ),
            **place,
        )


def _curve(figure: go.Figure, activation_curve: ActivationCurve, theme: Theme, column: int, lang: str) -> None:
    for name, values, dash in (("output", activation_curve.value, "solid"), ("slope", activation_curve.slope, "dot")):
        figure.add_trace(
            go.Scatter(
                x=activation_curve.x,
                y=values,
                mode="lines",
                name=translate(f"saturation.fig.{name}", lang),
                line={"color": INK if name == "output" else theme.color(2), "dash": dash, "width": 2},
                legendgroup=name,
                showlegend=column == 1,
                hovertemplate="%{x:.2f}: %{y:.4f}",
                fill="tozeroy" if name == "slope" else None,
                fillcolor=theme.fill(2, 0.12),
            ),
            row=2,
            col=column,
        )


def sweep_figure(sweep: InitScaleSweep, stat: str, scale: float, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw one number per scale of the start weights: the mean over layers, and smallest to largest layer.

    Args:
        sweep: the measured layers.
        stat: one of ``LAYER_STATS``.
        scale: the chosen scale, drawn as a vertical line.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, form = Theme(dark), _HOVER[stat]
    figure, x = go.Figure(), list(sweep.scales)
    for arm, name in enumerate(("none", "batch")):
        values = finite(scaled_stat(sweep, stat)[arm])
        figure.add_trace(band(x, values.min(1), values.max(1), theme.fill(arm)))
        figure.add_trace(
            go.Scatter(
                x=x,
                y=values.mean(1),
                mode="lines+markers",
                name=translate(f"arm.{name}", lang),
                line=theme.line(arm),
                marker={"symbol": _SYMBOLS[arm]},
                hovertemplate="× %{x}: " + form,
            )
        )
    reference_line(figure, x=scale, width=1.5)
    figure.update_xaxes(
        type="log",
        title_text=translate("saturation.fig.scale", lang),
        tickvals=[0.1, 0.3, 1, 3, 10],
        ticktext=["0.1", "0.3", "1", "3", "10"],
    )
    figure.update_yaxes(title_text=translate(f"saturation.fig.{stat}", lang), range=limits(sweep.experiment, stat))
    return style(figure, 380)


def layers_figure(run: LayerRun, stat: str, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw one number per layer before the first update and after the last, in two panels of equal axes.

    Args:
        run: the measured layers.
        stat: one of ``LAYER_STATS``.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, form = Theme(dark), _HOVER[stat]
    values = finite(scaled_stat(run, stat))
    titles = [translate("saturation.fig.after", lang, steps=int(run.steps[moment])) for moment in (0, -1)]
    figure = make_subplots(cols=2, shared_yaxes="all", horizontal_spacing=0.05, subplot_titles=titles)
    for column, moment in enumerate((0, -1), 1):
        for arm, name in enumerate(("none", "batch")):
            figure.add_trace(
                go.Scatter(
                    x=layer_names(values.shape[2], lang),
                    y=values[arm, moment],
                    mode="lines+markers",
                    name=translate(f"arm.{name}", lang),
                    legendgroup=name,
                    showlegend=column == 1,
                    line=theme.line(arm),
                    marker={"symbol": _SYMBOLS[arm], "size": 8},
                    hovertemplate="%{x}: " + form,
                ),
                row=1,
                col=column,
            )
    figure.update_yaxes(range=limits(run.experiment, stat))
    figure.update_yaxes(title_text=translate(f"saturation.fig.{stat}", lang), col=1)
    style(figure, 360, top=84)
    return figure.update_layout(legend={"y": 1.12})


def gamma_figure(run: LayerRun, stat: str, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw gamma (median over units) and one of ``LAYER_STATS`` over the steps, each layer of the arm with BN."""
    theme, form = Theme(dark), _HOVER[stat]
    values, layers = finite(scaled_stat(run, stat)[1]), run.gamma.shape[1]
    figure = make_subplots(cols=2, horizontal_spacing=0.1)
    for column, series, shape in ((1, finite(run.gamma)[..., 1], "%{y:.3f}"), (2, values, form)):
        for layer, name in enumerate(layer_names(layers, lang)):
            figure.add_trace(
                go.Scatter(
                    x=run.steps,
                    y=series[:, layer],
                    mode="lines+markers",
                    name=name,
                    legendgroup=name,
                    showlegend=column == 1,
                    line={"color": theme.fill(1, 0.35 + 0.65 * layer / (layers - 1))},
                    marker={"symbol": layer, "size": 6},
                    hovertemplate="%{x}: " + shape,
                ),
                row=1,
                col=column,
            )
    figure.update_xaxes(title_text=translate("saturation.fig.steps", lang))
    figure.update_yaxes(title_text=translate("saturation.fig.gamma", lang), col=1)
    figure.update_yaxes(title_text=translate(f"saturation.fig.{stat}", lang), rangemode="tozero", col=2)
    return style(figure, 380)


def limits(experiment: Experiment, stat: str) -> list[float]:
    """Return the fixed axis of a number: saturated 0..100 %, dead 0..30 %, derivatives up to the largest."""
    if stat == "dead":
        return [-1.0, 31.0]
    if stat == "saturated":
        return [-2.0, 102.0]
    return [0.0, 0.27] if experiment.base.activation == "sigmoid" else [0.0, 1.05]
