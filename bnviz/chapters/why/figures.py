"""Figures of the chapter "Why it works": covariate shift, drift and noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.figures.common import finite
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import catalogue, translate

SLOTS: Mapping[str, tuple[int, str]] = {
    "none": (0, "dash"),
    "batch": (1, "solid"),
    "noisy": (2, "dot"),
    "noise": (0, "dashdot"),
}
"""Color and dash of an arm; plain with noise has the color of plain and a dash of its own."""


def arm_name(arm: str, lang: str) -> str:
    """Return an arm's name."""
    own = f"why.arm.{arm}"
    return translate(own if own in catalogue(lang) else f"arm.{arm}", lang)


def shift_figure(
    steps: Sequence[int], series: Mapping[str, Mapping[str, Floats]], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw covariate shift of one layer over the steps: norm(G - G'), that over norm(G), and the cosine.

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
            # The cosine has either sign, so its middle is the plain mean.
            add_range(figure, steps, values[name], arm, column, lang, dark, by_factors=name != "cosine")
    for column in (1, 2):
        log_axis(figure, column)
    figure.update_yaxes(range=[-1.05, 1.05], row=1, col=3)
    return headed(finished(figure, lang), [translate(f"why.fig.{name}", lang) for name in names])


def quantile_figure(
    steps: Sequence[int], quantiles: Mapping[str, Floats], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the 15, 50 and 85 % quantiles of one unit's nonlinearity input, one plot an arm.

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
        band = {"mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        figure.add_trace(go.Scatter(x=x, y=values[:, 2], **band), row=1, col=column)
        figure.add_trace(
            go.Scatter(x=x, y=values[:, 0], fill="tonexty", fillcolor=theme.fill(slot), **band), row=1, col=column
        )
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
    return finished(figure, lang)


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
        as_trained: likewise in training mode.
        jump: per arm (S, T), one layer's.
        lang: language of the words.
        dark: colors for a dark page.
    """
    figure = make_subplots(cols=3, horizontal_spacing=0.1)
    for arm in accuracy:
        add_range(figure, steps, as_trained[arm], arm, 1, lang, dark, by_factors=False)
        add_range(figure, steps, accuracy[arm], arm, 2, lang, dark, by_factors=False)
        add_range(figure, steps, jump[arm], arm, 3, lang, dark)
    for column in (1, 2):
        figure.update_yaxes(range=[0, 100], row=1, col=column)
    log_axis(figure, 3)
    names = ("as_trained", "accuracy", "jump")
    return headed(finished(figure, lang), [translate(f"why.fig.{name}", lang) for name in names])


def log_axis(figure: go.Figure, column: int) -> None:
    """Make a subplot's y axis logarithmic, with marks at 1, 2, 5 where it spans less than two decades."""
    name = "y" if column == 1 else f"y{column}"
    drawn = np.concatenate([np.asarray(trace.y, float) for trace in figure.data if trace.yaxis == name])
    figure.update_yaxes(**log_marks(drawn), row=1, col=column)


def log_marks(values: Floats) -> dict[str, object]:
    """Return a logarithmic axis for values: powers of ten, and 1, 2, 5 between them on a short one."""
    values = values[np.isfinite(values) & (values > 0)]
    axis: dict[str, object] = {"type": "log", "dtick": 1, "exponentformat": "power"}
    if values.size == 0 or values.max() > 100 * values.min():
        return axis
    low, high = (int(np.floor(np.log10(end))) for end in (values.min(), values.max()))
    marks = [float(f"{digit}e{power}") for power in range(low, high + 1) for digit in (1, 2, 5)]
    return {"type": "log", "tickvals": marks, "ticktext": [f"{mark:,g}" for mark in marks]}


def add_range(
    figure: go.Figure,
    steps: Sequence[int],
    values: Floats,
    arm: str,
    column: int,
    lang: str,
    dark: bool,
    *,
    by_factors: bool = True,
) -> None:
    """Draw the middle of the seeds as a line and from the smallest to the largest as a band.

    Args:
        figure: with subplots.
        steps: (T,).
        values: (S, T); steps at which any seed has no number are left out.
        arm: whose color it gets.
        column: of the subplot.
        lang: language of the words.
        dark: colors for a dark page.
        by_factors: whether the axis is logarithmic and the middle the geometric mean.
    """
    theme, values = Theme(dark), finite(values)
    good = np.isfinite(values).all(0) & ((values > 0).all(0) | (not by_factors))
    x, values = np.asarray(steps)[good] + 1, values[:, good]
    middle = np.exp(np.log(values).mean(0)) if by_factors else values.mean(0)
    add_band(figure, x, values.min(0), values.max(0), arm, column, theme)
    figure.add_trace(
        go.Scatter(
            x=x,
            y=middle,
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


def add_band(
    figure: go.Figure, x: npt.NDArray[np.int64], low: Floats, high: Floats, arm: str, column: int, theme: Theme
) -> None:
    """Fill from low to high in the color of an arm."""
    figure.add_trace(
        go.Scatter(
            x=[*x, *x[::-1]],
            y=[*high, *low[::-1]],
            fill="toself",
            mode="lines",
            line={"width": 0},
            fillcolor=theme.fill(SLOTS[arm][0]),
            hoverinfo="skip",
            showlegend=False,
            legendgroup=arm,
        ),
        row=1,
        col=column,
    )


def finished(figure: go.Figure, lang: str, height: int = 380) -> go.Figure:
    """Give a figure over the steps its axis and look; the axis counts updates from 1, by factors."""
    figure.update_xaxes(
        title_text=translate("why.fig.step", lang), type="log", tickvals=[1, 10, 100, 1000], tickformat="d"
    )
    return style(figure, height, top=72)


def headed(figure: go.Figure, heads: Sequence[str]) -> go.Figure:
    """Write over each subplot of a row what it shows: beside its axis a narrow page has no room for that."""
    for column, head in enumerate(heads, 1):
        number = column if column > 1 else ""
        figure.add_annotation(
            text="<br>".join(wrap(head, 24)),
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


def _line(arm: str, theme: Theme) -> dict[str, object]:
    slot, dash = SLOTS[arm]
    return {"color": theme.color(slot), "dash": dash, "width": 2}
