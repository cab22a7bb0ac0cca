"""Figures of the chapter on learning rate and initialization."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.initialization.results import EpsilonCurve, Equivalence, FieldSweep, NormRun
from bnviz.figures.marks import reference_line
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import translate

TOP, BOTTOM = 6.0, 0.02
"""Fixed range of the losses (nats); larger ones are drawn on the upper edge."""
_TICKS = [digit * 10.0**power for power in range(-5, 3) for digit in (1, 2, 5)]
_PLAIN_LOG = {"type": "log", "tickvals": _TICKS, "ticktext": [f"{tick:g}" for tick in _TICKS]}


def scale_figure(curve: EpsilonCurve, scale: float, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw, over a, the distance from exact invariance, and the gradient's and the step's size.

    Args:
        curve: what was measured.
        scale: the chosen a, drawn as a vertical line.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    figure = make_subplots(cols=2, horizontal_spacing=0.12)
    rows = (
        (curve.measured, "distance", 1, theme.line(1)),
        (curve.grad_ratio, "gradient", 2, theme.line(1)),
        (curve.step_ratio, "turn", 2, theme.line(2)),
    )
    formulas = (curve.formula, 1 / curve.scales, 1 / curve.scales**2)
    for (values, name, column, line), formula in zip(rows, formulas, strict=True):
        for which, y in (("measured", values), ("formula", formula)):
            figure.add_trace(
                go.Scatter(
                    x=curve.scales,
                    y=np.where(y > 0, y, np.nan),
                    name=translate(f"initialization.fig.{name}_{which}", lang),
                    mode="lines" if which == "measured" else "markers",
                    line=line,
                    marker={"color": INK, "size": 4, "symbol": "circle-open"},
                    hovertemplate="a = %{x:.3g}: %{y:.3g}",
                ),
                row=1,
                col=column,
            )
    reference_line(figure, x=scale, dash="solid", width=1.5)
    if curve.edge > 0:
        _draw_edge(figure, curve.edge, lang)
    figure.update_xaxes(type="log", exponentformat="power", title_text=translate("initialization.fig.scale", lang))
    figure.update_yaxes(type="log", exponentformat="power")
    figure.update_yaxes(title_text=translate("initialization.fig.change", lang), range=[-16.5, 1.5], row=1, col=1)
    figure.update_yaxes(title_text=translate("initialization.fig.ratio", lang), range=[-7, 9], row=1, col=2)
    return style(figure, 430, top=64)


def _draw_edge(figure: go.Figure, edge: float, lang: str) -> None:
    reference_line(figure, x=edge, row=1, col=1)
    # On a logarithmic axis Plotly places lines by value, but annotations by exponent.
    figure.add_annotation(
        x=np.log10(edge),
        y=-15.5,
        text=translate("initialization.fig.edge", lang),
        showarrow=False,
        xanchor="left",
        xshift=6,
        row=1,
        col=1,
    )


def norms_figure(runs: Mapping[str, NormRun], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the norm of one layer's weights before each step and after the last, and its effective rate.

    Args:
        runs: per arm ("none", "plain", "decay"); an arm without BN has no effective rate.
        lang: language of the words.
        dark: colors for a dark page.
    """
    norms = {arm: np.sqrt(run.squared_norm) for arm, run in runs.items()}
    rates = {arm: run.effective for arm, run in runs.items() if arm != "none"}
    theme = Theme(dark)
    figure = make_subplots(cols=2, horizontal_spacing=0.12)
    for column, found in enumerate((norms, rates), 1):
        for slot, arm in enumerate(("none", "plain", "decay")):
            if arm in found:
                figure.add_trace(
                    go.Scatter(
                        y=found[arm],
                        mode="lines",
                        line=theme.line(slot),
                        legendgroup=arm,
                        name=translate(f"initialization.arm.{arm}", lang),
                        showlegend=column == 1,
                        hovertemplate="%{x}: %{y:.4g}",
                    ),
                    row=1,
                    col=column,
                )
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    figure.update_yaxes(title_text=translate("initialization.fig.norm", lang), rangemode="tozero", row=1, col=1)
    figure.update_yaxes(title_text=translate("initialization.fig.effective", lang), row=1, col=2, **_PLAIN_LOG)
    return style(figure, 400)


def equivalence_figure(result: Equivalence, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw full-batch losses: weight decay, a growing rate instead of it, and neither."""
    theme, figure = Theme(dark), go.Figure()
    lines = (
        ("plain", result.plain, theme.line(1)),
        ("decay", result.decayed, theme.line(2, 5.0) | {"dash": "solid"}),
        ("growing", result.growing, {"color": INK, "dash": "dash", "width": 2}),
    )
    for name, values, line in lines:
        figure.add_trace(
            go.Scatter(
                y=values,
                mode="lines",
                line=line,
                name=translate(f"initialization.arm.{name}", lang),
                opacity=0.6 if name == "decay" else 1.0,
                hovertemplate="%{x}: %{y:.5f}",
            )
        )
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    figure.update_yaxes(title_text=translate("figure.axis.loss", lang), **_PLAIN_LOG)
    return style(figure, 360)


def sweep_figure(sweep: FieldSweep, axis: str, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the final loss over the swept value, one panel per optimizer: every seed a mark, the median a line.

    Args:
        sweep: arms without and with BN, of one or more optimizers.
        axis: key of the swept value's name.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    optimizers = tuple(dict.fromkeys(sweep.optimizer(arm) for arm in range(len(sweep.arms))))
    titles = [translate(f"value.optimizer.{name}", lang) for name in optimizers]
    figure = make_subplots(cols=len(optimizers), shared_yaxes=True, horizontal_spacing=0.05, subplot_titles=titles)
    for arm in range(len(sweep.arms)):
        column = 1 + optimizers.index(sweep.optimizer(arm))
        for trace in _arm_of_sweep(sweep, arm, theme, lang):
            trace.showlegend = column == 1 and trace.showlegend is not False
            figure.add_trace(trace, row=1, col=column)
    reference_line(figure, y=sweep.chance)
    figure.add_annotation(
        x=0.01,
        xref="x domain",
        y=np.log10(sweep.chance),
        yshift=-9,
        showarrow=False,
        text=translate("initialization.fig.chance", lang),
        font={"size": 11, "color": INK},
        row=1,
        col=1,
    )
    figure.update_xaxes(title_text=translate(axis, lang), type="log", dtick=1, tickformat="~g")
    figure.update_yaxes(range=[np.log10(BOTTOM), np.log10(TOP * 1.25)], **_PLAIN_LOG)
    figure.update_yaxes(title_text=translate("initialization.fig.final", lang), row=1, col=1)
    style(figure, 450, top=84)
    return figure.update_layout(legend={"y": 1.1})  # above the panels' titles


def _arm_of_sweep(sweep: FieldSweep, arm: int, theme: Theme, lang: str) -> list[go.Scatter]:
    norm, median = str(sweep.arms[arm]["norm"]), sweep.median_loss(arm)
    slot = ("none", "batch").index(norm)
    x, seeds = np.repeat(sweep.values, len(sweep.seeds)), sweep.loss[arm].ravel()
    diverged, beyond = np.isnan(seeds), np.nan_to_num(seeds, nan=0.0) > TOP
    symbols = np.where(diverged, "x", np.where(beyond, "triangle-up", ("circle", "diamond")[slot]))
    words = np.where(diverged, translate("initialization.fig.diverged", lang), [f"{loss:.3g}" for loss in seeds])
    marks = go.Scatter(
        # Marks of the two arms are a little apart, so that neither hides the other.
        x=x * (0.97, 1.03)[slot],
        y=np.where(diverged | beyond, TOP, seeds),
        mode="markers",
        customdata=words,
        marker={"symbol": symbols, "color": theme.color(slot), "size": 8, "opacity": 0.65},
        legendgroup=norm,
        showlegend=False,
        hovertemplate="%{customdata}",
    )
    line = go.Scatter(
        x=list(sweep.values),
        y=np.where(median <= TOP, median, np.nan),
        mode="lines",
        line=theme.line(slot),
        name=translate(f"arm.{norm}", lang),
        legendgroup=norm,
        hoverinfo="skip",
    )
    return [line, marks]
