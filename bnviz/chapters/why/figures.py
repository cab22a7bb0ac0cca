"""Figures of the chapter "Why it works": covariate shift, drift and noise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.figures.common import finite
from bnviz.figures.marks import band
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import catalogue, translate

SLOTS: Mapping[str, tuple[int, str]] = {
    "none": (0, "dash"),
    "batch": (1, "solid"),
    "noisy": (2, "dot"),
    "noise": (0, "dashdot"),
}
"""Color and dash of each arm; "noise" has the color of "none" and a different dash."""


def arm_name(arm: str, lang: str) -> str:
    """Return the label of an arm."""
    own = f"why.arm.{arm}"
    return translate(own if own in catalogue(lang) else f"arm.{arm}", lang)


def shift_figure(
    steps: Sequence[int], series: Mapping[str, Mapping[str, Floats]], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the covariate shift of one layer over the steps: norm(G - G'), norm(G - G') / norm(G), and the cosine.

    Args:
        steps: (T,), updates made before.
        series: per arm "l2", "relative" and "cosine", (S, T) each.
        lang: language of the words.
        dark: colors for a dark page.
    """
    names = ("l2", "relative", "cosine")
    figure = make_subplots(cols=3, horizontal_spacing=0.09)
    for arm, values in series.items():
        for column, name in enumerate(names, 1):
            # The cosine can be negative, so its center is the arithmetic mean.
            add_seeds(figure, steps, values[name], arm, column, lang, dark, geometric=name != "cosine")
    for column in (1, 2):
        make_log_axis(figure, column)
    figure.update_yaxes(range=[-1.05, 1.05], row=1, col=3)
    return with_headings(with_step_axis(figure, lang), [translate(f"why.fig.{name}", lang) for name in names])


def quantile_figure(
    steps: Sequence[int], quantiles: Mapping[str, Floats], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the 15, 50 and 85 % quantiles of one unit's nonlinearity input, one panel per arm.

    Args:
        steps: (T,), updates made before.
        quantiles: per arm (T, 3).
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    titles = [arm_name(arm, lang) for arm in quantiles]
    figure = make_subplots(cols=len(quantiles), shared_yaxes=True, subplot_titles=titles)
    x = [step + 1 for step in steps]
    for column, (arm, values) in enumerate(quantiles.items(), 1):
        slot, values = SLOTS[arm][0], finite(values)
        figure.add_trace(band(x, values[:, 0], values[:, 2], theme.fill(slot)), row=1, col=column)
        figure.add_trace(
            go.Scatter(
                x=x,
                y=values[:, 1],
                mode="lines",
                line=_line(arm, theme),
                showlegend=False,
                name=arm_name(arm, lang),
                hovertemplate="%{x}: %{y:.3f}",
            ),
            row=1,
            col=column,
        )
    figure.update_yaxes(title_text=translate("why.fig.input", lang), row=1, col=1)
    return with_step_axis(figure, lang)


def noisy_figure(
    steps: Sequence[int],
    accuracy: Mapping[str, Floats],
    as_trained: Mapping[str, Floats],
    jump: Mapping[str, Floats],
    *,
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw test accuracy in both modes and the jump of the moments in one update, over the steps.

    Args:
        steps: (T,), updates made before.
        accuracy: per arm (S, T), in %, in evaluation mode.
        as_trained: per arm (S, T), in %, in training mode.
        jump: per arm (S, T), of one layer; empty where it was not measured.
        lang: language of the words.
        dark: colors for a dark page.
    """
    names = ("as_trained", "accuracy", "jump")[: 3 if jump else 2]
    figure = make_subplots(cols=len(names), horizontal_spacing=0.1)
    for arm in accuracy:
        add_seeds(figure, steps, as_trained[arm], arm, 1, lang, dark, geometric=False)
        add_seeds(figure, steps, accuracy[arm], arm, 2, lang, dark, geometric=False)
        if jump:
            add_seeds(figure, steps, jump[arm], arm, 3, lang, dark)
    for column in (1, 2):
        figure.update_yaxes(range=[0, 100], row=1, col=column)
    if jump:
        make_log_axis(figure, 3)
    return with_headings(with_step_axis(figure, lang), [translate(f"why.fig.{name}", lang) for name in names])


def make_log_axis(figure: go.Figure, column: int) -> None:
    """Make a subplot's y axis logarithmic, with ticks at 1, 2 and 5 where it spans less than two decades."""
    name = "y" if column == 1 else f"y{column}"
    drawn = np.concatenate([np.asarray(trace.y, float) for trace in figure.data if trace.yaxis == name])
    figure.update_yaxes(**log_ticks(drawn), row=1, col=column)


def log_ticks(values: Floats) -> dict[str, object]:
    """Return a logarithmic axis for values: ticks at powers of ten, and at 1, 2 and 5 on a short axis."""
    values = values[np.isfinite(values) & (values > 0)]
    axis: dict[str, object] = {"type": "log", "dtick": 1, "exponentformat": "power"}
    if values.size == 0 or values.max() > 100 * values.min():
        return axis
    low, high = (int(np.floor(np.log10(end))) for end in (values.min(), values.max()))
    ticks = [float(f"{digit}e{power}") for power in range(low, high + 1) for digit in (1, 2, 5)]
    return {"type": "log", "tickvals": ticks, "ticktext": [f"{tick:,g}" for tick in ticks]}


def add_seeds(
    figure: go.Figure,
    steps: Sequence[int],
    values: Floats,
    arm: str,
    column: int,
    lang: str,
    dark: bool,
    *,
    geometric: bool = True,
) -> None:
    """Draw the mean of the seeds as a line, and the range from the smallest to the largest as a band.

    Args:
        figure: a figure with subplots in one row.
        steps: (T,), updates made before.
        values: (S, T); steps at which a seed has no finite value are left out.
        arm: the arm, for its color and label.
        column: column of the subplot.
        lang: language of the words.
        dark: colors for a dark page.
        geometric: whether the mean is geometric, for a logarithmic axis.
    """
    theme, values = Theme(dark), finite(values)
    good = np.isfinite(values).all(0) & ((values > 0).all(0) | (not geometric))
    x, values = np.asarray(steps)[good] + 1, values[:, good]
    mean = np.exp(np.log(values).mean(0)) if geometric else values.mean(0)
    shade = band(x, values.min(0), values.max(0), theme.fill(SLOTS[arm][0]), legendgroup=arm)
    figure.add_trace(shade, row=1, col=column)
    figure.add_trace(
        go.Scatter(
            x=x,
            y=mean,
            mode="lines",
            line=_line(arm, theme),
            legendgroup=arm,
            name=arm_name(arm, lang),
            showlegend=column == 1,
            hovertemplate="%{x}: %{y:.3g}",
        ),
        row=1,
        col=column,
    )


def with_step_axis(figure: go.Figure, lang: str, height: int = 380) -> go.Figure:
    """Give a figure its theme and a logarithmic axis of updates, counted from 1."""
    figure.update_xaxes(
        title_text=translate("why.fig.step", lang), type="log", tickvals=[1, 10, 100, 1000], tickformat="d"
    )
    return style(figure, height, top=72)


def with_headings(figure: go.Figure, headings: Sequence[str]) -> go.Figure:
    """Write a heading over each subplot of a row, because a narrow page has no room for titles beside the axes."""
    for column, heading in enumerate(headings, 1):
        number = column if column > 1 else ""
        figure.add_annotation(
            text="<br>".join(_lines(heading)),
            align="left",
            showarrow=False,
            font={"size": 13, "color": INK},
            xref=f"x{number} domain",
            x=0,
            xanchor="left",
            yref=f"y{number} domain",
            y=1,
            yanchor="bottom",
            yshift=6,
        )
    return figure.update_layout(height=420, margin={"t": 104}, legend={"y": 1.2})


def _lines(heading: str) -> list[str]:
    """Break a heading; Chinese has no spaces to break at and twice as wide letters, so it breaks behind its marks."""
    if not re.search("[\u4e00-\u9fff]", heading):
        return wrap(heading, 24)
    return [line for part in re.split("(?<=[：，])", heading) for line in wrap(part, 12)]


def _line(arm: str, theme: Theme) -> dict[str, object]:
    slot, dash = SLOTS[arm]
    return {"color": theme.color(slot), "dash": dash, "width": 2}
