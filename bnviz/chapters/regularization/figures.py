"""Figures of the chapter on regularization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.chapters.regularization.results import Jitter, StatisticNoise
from bnviz.figures.common import layer_names
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import translate

_LOG_SIZES = {"type": "log", "tickvals": [2, 4, 8, 16, 32, 64, 128, 256]}
_LOG_SD = {"type": "log", "range": [-1.5, 0.35], "tickvals": [0.05, 0.1, 0.2, 0.5, 1, 2]}


def noise_figure(noise: StatisticNoise, size: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the spread of batch means and variances over the batch size: formulas as lines, draws as marks.

    Args:
        noise: formulas and draws.
        size: where the reader stands.
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
    figure.add_vline(x=size, line={"color": INK, "dash": "dot"})
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
    figure.add_hline(y=float(jitter.whole[unit]), line={"color": INK, "dash": "dot"}, row=1, col=1)
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
    figure.update_xaxes(title_text=translate("regularization.fig.size", lang))
    figure.update_xaxes(type="category", row=1, col=1)
    figure.update_xaxes(row=1, col=2, **_LOG_SIZES)
    figure.update_yaxes(title_text=translate("regularization.fig.x_hat", lang), range=[-4, 4], row=1, col=1)
    figure.update_yaxes(title_text=translate("regularization.fig.sd_x_hat", lang), row=1, col=2, **_LOG_SD)
    return style(figure, 430)


def digit_figure(picture: Floats, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw one digit (28, 28), ink dark on a light page and light on a dark one."""
    figure = go.Figure(
        go.Heatmap(z=picture, colorscale="gray" if dark else "gray_r", showscale=False, hoverinfo="skip")
    )
    style(figure, 180, top=4)
    figure.update_layout(margin={"l": 0, "r": 0, "b": 4})
    figure.update_yaxes(autorange="reversed", scaleanchor="x", visible=False)
    return figure.update_xaxes(visible=False)


def study_figure(
    names: Sequence[str],
    test: Floats,
    train: Floats,
    means: Mapping[str, Sequence[float]],
    *,
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw every seed's final accuracies, one row an arm.

    Args:
        names: (A,), of the arms.
        test: (A, S), test accuracy in %.
        train: (A, S), training accuracy in %.
        means: "test" and "train": the means over the seeds (A,).
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    labels = [translate(f"regularization.arm.{name}", lang) for name in names]
    for key, values, slot, symbol in (("train", train, 0, "circle-open"), ("test", test, 1, "diamond")):
        figure.add_trace(
            go.Scatter(
                x=values.ravel(),
                y=np.repeat(labels, values.shape[1]),
                mode="markers",
                hovertemplate="%{x:.1f} %",
                marker={"color": theme.color(slot), "symbol": symbol, "size": 8, "opacity": 0.6},
                name=translate(f"regularization.fig.{key}_seed", lang),
            )
        )
        figure.add_trace(
            go.Scatter(
                x=list(means[key]),
                y=labels,
                mode="markers",
                hovertemplate="%{x:.2f} %",
                marker={"color": theme.color(slot), "symbol": "line-ns-open", "size": 24, "line": {"width": 3}},
                name=translate(f"regularization.fig.{key}_mean", lang),
            )
        )
    figure.update_xaxes(title_text=translate("regularization.fig.accuracy", lang), range=[78, 100.5])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return style(figure, 170 + 38 * len(names), top=84)


def losses_figure(
    steps: Sequence[int], losses: Mapping[str, tuple[Floats, Floats]], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw training and test loss of up to three arms over the steps: mean, and smallest to largest seed.

    Args:
        steps: (T,).
        losses: per arm training and test loss, (S, T) each; the first arm is the reference.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    figure = make_subplots(cols=2, horizontal_spacing=0.14)
    for slot, (arm, parts) in enumerate(losses.items()):
        for column, values in enumerate(parts, 1):
            place = {"row": 1, "col": column}
            band = [*values.max(0), *values.min(0)[::-1]]
            figure.add_trace(
                go.Scatter(
                    x=[*steps, *steps[::-1]],
                    y=band,
                    fill="toself",
                    fillcolor=theme.fill(slot),
                    mode="lines",
                    line={"width": 0},
                    hoverinfo="skip",
                    showlegend=False,
                ),
                **place,
            )
            figure.add_trace(
                go.Scatter(
                    x=list(steps),
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
    figure.add_hline(y=1, line={"color": INK, "dash": "dot"})
    figure.update_yaxes(title_text=translate("regularization.fig.ratio", lang), range=[0, 1.15])
    return style(figure, 380)
