"""Figures of the relatives' parts: slope of tanh, published errors, shifted images, shifted variances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from bnviz.chapters.relatives.results import SlopeCurve
from bnviz.figures.common import layer_names
from bnviz.figures.marks import reference_line, seed_dots
from bnviz.figures.studies import arm_styles, label_of
from bnviz.figures.theme import Theme, style
from bnviz.studies.measures import seed_values
from bnviz.studies.records import StudyResult
from bnviz.studies.summary import summarize_arms
from bnviz.text.catalogue import arm_label, translate

_WAYS = (("source", 0, "circle-open"), ("target", 1, "circle"), ("unbalanced", 2, "x"))


def slope_figure(curve: SlopeCurve, sd: float, slope: float, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw E[tanh'] over the standard deviation of its input.

    Args:
        curve: the mean slopes.
        sd: the chosen standard deviation.
        slope: the mean slope there.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    figure.add_trace(
        go.Scatter(
            x=curve.sds,
            y=curve.slopes,
            mode="lines",
            line=theme.line(1),
            showlegend=False,
            hovertemplate="%{x:.2f}: %{y:.3f}",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=list(curve.marks),
            y=list(curve.marked),
            mode="markers+text",
            showlegend=False,
            hoverinfo="skip",
            text=[f"{value:.3f}" for value in curve.marked],
            textposition="top right",
            marker={"color": theme.color(1), "size": 8},
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[sd],
            y=[slope],
            mode="markers",
            showlegend=False,
            hovertemplate="%{x:.2f}: %{y:.3f}",
            marker={"color": theme.color(0), "size": 13, "symbol": "diamond"},
        )
    )
    figure.update_xaxes(title_text=translate("relatives.fig.sd", lang), range=[0, 3.05])
    figure.update_yaxes(title_text=translate("relatives.fig.slope", lang), range=[0, 1.12])
    return style(figure, 360, top=16)


def published_figure(
    sizes: Sequence[int], errors: Mapping[str, Sequence[float]], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw published errors over the images per GPU.

    Args:
        sizes: images per GPU.
        errors: validation error in % by "batch" and "group".
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    for name, slot, symbol in (("batch", 1, "circle"), ("group", 2, "square")):
        figure.add_trace(
            go.Scatter(
                x=list(sizes),
                y=list(errors[name]),
                mode="lines+markers",
                line=theme.line(slot),
                marker={"symbol": symbol, "size": 9},
                name=arm_label(name, lang),
                hovertemplate="%{x}: %{y:.1f} %",
            )
        )
    figure.update_xaxes(title_text=translate("relatives.fig.per_gpu", lang), type="log", tickvals=sorted(sizes))
    figure.update_yaxes(title_text=translate("relatives.fig.error", lang))
    return style(figure, 400)


def shifts_figure(
    result: StudyResult, arm: str, shifts: Sequence[str], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the accuracy of one network on shifted images, by the statistics that it uses: one dot per seed.

    Args:
        result: the study, with the extra metrics ``<shift>.source``, ``.target`` and ``.unbalanced``.
        arm: name of the arm.
        shifts: names of the shifts, one row each.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    labels = [translate(f"relatives.shift.{shift}", lang) for shift in shifts]
    for way, slot, symbol in _WAYS:
        color = theme.color(slot)
        marker = {"symbol": symbol, "size": 10, "line": {"width": 2, "color": color}}
        accuracies = [[100 * value for value in seed_values(result, arm, f"extra:{shift}.{way}")] for shift in shifts]
        name = translate(f"relatives.statistics.{way}", lang)
        figure.add_trace(seed_dots(labels, accuracies, color, marker=marker, name=name, hovertemplate="%{x:.1f} %"))
    reference_line(figure, x=100 * result.chance)
    figure.update_xaxes(title_text=translate("studies.axis.accuracy", lang), rangemode="tozero")
    figure.update_yaxes(autorange="reversed", automargin=True)
    return style(figure, 140 + 50 * len(shifts), top=84)


def ratios_figure(result: StudyResult, arms: Sequence[str], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the variance in evaluation divided by the running variance of every norm, mean of the seeds.

    Args:
        result: the study, with the extra list ``variance_ratio``.
        arms: names of the arms.
        lang: language of the words.
        dark: colors for a dark page.
    """
    figure, styles = go.Figure(), arm_styles(result, dark)
    for summary in (each for each in summarize_arms(result) if each.arm in arms):
        values = summary.extras.get("variance_ratio") or []
        arm_style = styles[summary.arm]
        figure.add_trace(
            go.Scatter(
                x=layer_names(len(values), lang),
                y=values,
                mode="lines+markers",
                hovertemplate="%{y:.3f}",
                name=label_of(result, summary.arm, lang),
                marker={"symbol": arm_style.symbol, "size": 8},
                line={"color": arm_style.color, "dash": arm_style.dash},
            )
        )
    reference_line(figure, y=1)
    figure.update_yaxes(title_text=translate("relatives.fig.ratio", lang), rangemode="tozero")
    return style(figure, 380, top=84)
