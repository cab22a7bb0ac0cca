"""Figures of the chapter "Why it works": smoothness along the gradient, and the identity of the gradient before BN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.chapters.why.figures import (
    SLOTS,
    add_seeds,
    arm_name,
    log_ticks,
    make_log_axis,
    with_headings,
    with_step_axis,
)
from bnviz.chapters.why.results import GradientIdentity
from bnviz.figures.common import finite, layer_names
from bnviz.figures.marks import band, bars
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import translate

_SHARES = (("ones", 0), ("x_hat", 2), ("left", 1))
_SYMBOLS = ("circle-open", "x-thin-open", "square-open")


def smooth_figure(
    steps: Sequence[int], walks: Mapping[str, Mapping[str, Floats]], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the walks along the gradient: range of the loss, range of the gradient's change, smoothness.

    The two ranges are geometric means over the seeds of the lower and the upper end.

    Args:
        steps: (T,), updates made before.
        walks: per arm "loss_low", "loss_high", "change_low", "change_high" and "beta", (S, T) each.
        lang: language of the words.
        dark: colors for a dark page.
    """
    figure, theme = make_subplots(cols=3, horizontal_spacing=0.09), Theme(dark)
    for arm, values in walks.items():
        for column, name in enumerate(("loss", "change"), 1):
            _add_range(figure, steps, values, arm, column, name, theme, lang)
        add_seeds(figure, steps, values["beta"], arm, 3, lang, dark)
    for column in (1, 2, 3):
        make_log_axis(figure, column)
    names = ("band", "change", "beta")
    return with_headings(with_step_axis(figure, lang), [translate(f"why.fig.{name}", lang) for name in names])


def _add_range(
    figure: go.Figure,
    steps: Sequence[int],
    values: Mapping[str, Floats],
    arm: str,
    column: int,
    name: str,
    theme: Theme,
    lang: str,
) -> None:
    low, high = finite(values[f"{name}_low"]), finite(values[f"{name}_high"])
    good = np.isfinite(low).all(0) & np.isfinite(high).all(0) & (low > 0).all(0)
    x = np.asarray(steps)[good] + 1
    ends = [np.exp(np.log(part[:, good]).mean(0)) for part in (low, high)]
    slot, dash = SLOTS[arm]
    figure.add_trace(band(x, ends[0], ends[1], theme.fill(slot), legendgroup=arm), row=1, col=column)
    for number, end in enumerate(ends):
        figure.add_trace(
            go.Scatter(
                x=x,
                y=end,
                mode="lines",
                line={"color": theme.color(slot), "dash": dash, "width": 1.5},
                legendgroup=arm,
                name=arm_name(arm, lang),
                hovertemplate="%{x}: %{y:.3g}",
                showlegend=column == 1 and number == 1,
            ),
            row=1,
            col=column,
        )


def identity_figure(layers: Sequence[GradientIdentity], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the measured gradient norms of all units over those of the formula, and the share of each term.

    Args:
        layers: the hidden layers of one network.
        lang: language of the words.
        dark: colors for a dark page.
    """
    figure, theme = make_subplots(cols=2, horizontal_spacing=0.14), Theme(dark)
    names = layer_names(len(layers), lang)
    everything = np.concatenate([np.sqrt(layer.measured) for layer in layers])
    figure.add_trace(_diagonal(everything), row=1, col=1)
    for number, (name, layer) in enumerate(zip(names, layers, strict=True)):
        marker = {"color": theme.color(number % 3), "symbol": _SYMBOLS[number % 3], "size": 7}
        figure.add_trace(_norms(layer, name, marker), row=1, col=1)
    shares = 100 * np.array([layer.shares for layer in layers])
    for index, (key, slot) in enumerate(_SHARES):
        figure.add_trace(
            bars(
                names,
                shares[:, index],
                theme.fill(slot, 0.75),
                name=translate(f"why.fig.{key}", lang),
                hovertemplate="%{x:.1f} %",
                legend="legend2",
            ),
            row=1,
            col=2,
        )
    ticks = log_ticks(everything)
    figure.update_xaxes(title_text=translate("why.fig.formula", lang), row=1, col=1, **ticks)
    figure.update_yaxes(title_text=translate("why.fig.measured", lang), row=1, col=1, **ticks)
    figure.update_xaxes(title_text=translate("why.fig.share", lang), range=[0, 100], row=1, col=2)
    figure.update_yaxes(autorange="reversed", row=1, col=2)
    style(figure, 400, top=72)
    right = {**figure.layout.legend.to_plotly_json(), "x": 0.57, "traceorder": "normal"}
    return figure.update_layout(barmode="stack", bargap=0.35, legend2=right)


def _diagonal(values: Floats) -> go.Scatter:
    """Return the line on which the formula equals the measurement."""
    ends = [float(values[values > 0].min()) / 2, float(values.max()) * 2]
    line = {"color": INK, "dash": "dot"}
    return go.Scatter(x=ends, y=ends, mode="lines", line=line, showlegend=False, hoverinfo="skip")


def _norms(layer: GradientIdentity, name: str, marker: Mapping[str, object]) -> go.Scatter:
    """Return the measured gradient norms of a layer's units over those of the formula."""
    return go.Scatter(
        x=np.sqrt(np.maximum(layer.simple, 0)),
        y=np.sqrt(layer.measured),
        mode="markers",
        name=name,
        marker=marker,
        hovertemplate="%{x:.3g}, %{y:.3g}",
        legend="legend",
    )
