"""Figures of our small reproduction of the paper's ImageNet results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.imagenet.results import Members, VariantComparison
from bnviz.figures.marks import band, reference_line, seed_dots
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import translate

_RATIO_TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]


def ratio_figure(
    rows: Sequence[VariantComparison], labels: Mapping[str, str], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw paper and reproduction relative to the plain network: ratio of steps, and points of accuracy.

    Args:
        rows: the arms; those without a row in Figure 3 are left out.
        labels: the label of every arm.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.05)
    shown = [row for row in rows if row.paper_gain is not None and row.role != "plain"]
    names = [labels[row.arm] for row in shown]
    sides = (("fewer", "paper_fewer", 1), ("gain", "paper_gain", 2))
    for ours, papers, column in sides:
        for kind, field, symbol in (("paper", papers, "diamond-open"), ("here", ours, "circle")):
            values = (getattr(row, field) for row in shown)
            known = [[] if value is None else [value] for value in values]
            marker = {"symbol": symbol, "size": 12, "line": {"width": 2.5 if kind == "paper" else 0}}
            color = INK if kind == "paper" else theme.color(1)
            name = translate(f"imagenet.fig.{kind}", lang)
            dots = seed_dots(names, known, color, marker=marker, name=name, legendgroup=kind, showlegend=column == 1)
            figure.add_trace(dots, row=1, col=column)
    ratios = [ratio for row in shown for ratio in (row.fewer, row.paper_fewer) if ratio]
    low, high = min([0.8, *ratios]) / 1.2, max([20.0, *ratios]) * 1.2
    figure.update_xaxes(
        title_text=translate("imagenet.fig.fewer", lang),
        type="log",
        range=[np.log10(low), np.log10(high)],
        tickvals=_RATIO_TICKS,
        ticktext=[f"{tick:g}" for tick in _RATIO_TICKS],
        row=1,
        col=1,
    )
    reference_line(figure, x=1, row=1, col=1)
    figure.update_xaxes(title_text=translate("imagenet.fig.gain", lang), row=1, col=2)
    reference_line(figure, x=0, row=1, col=2)
    figure.update_yaxes(
        categoryorder="array", categoryarray=names[::-1], range=[-0.6, len(names) - 0.4], automargin=True
    )
    return style(figure, 120 + 46 * max(2, len(names)), top=48)


def members_figure(found: Members, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the test error of ensembles of the first 1, 2, ... members, and of every single member.

    Args:
        found: the errors of an ensemble study.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure, count = Theme(dark), go.Figure(), list(range(1, found.count + 1))
    seeds = len(found.errors)
    figure.add_trace(
        go.Scatter(
            x=count * seeds,
            y=found.alone.ravel(),
            mode="markers",
            hovertemplate="%{x}: %{y:.1f} %",
            marker={"color": INK, "symbol": "x-thin-open", "size": 9, "line": {"width": 2}},
            name=translate("imagenet.fig.member", lang),
        )
    )
    figure.add_trace(band(count, found.errors.min(0), found.errors.max(0), theme.fill(1, 0.15)))
    figure.add_trace(
        go.Scatter(
            x=count,
            y=found.errors.mean(0),
            mode="lines+markers",
            line=theme.line(1),
            marker={"size": 9},
            hovertemplate="%{x}: %{y:.1f} %",
            name=translate("imagenet.fig.first", lang),
        )
    )
    figure.update_xaxes(title_text=translate("imagenet.fig.members", lang), dtick=1, range=[0.6, found.count + 0.4])
    figure.update_yaxes(title_text=translate("imagenet.fig.error", lang))
    return style(figure, 380)
