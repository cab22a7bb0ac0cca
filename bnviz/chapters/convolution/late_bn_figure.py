"""Figures of inserting BN: curves over the steps, and accuracy over which layers have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import translate

_SLOTS = {NEVER: 0, START: 1}


def insert_figure(
    arms: Mapping[str, Sequence[ArmCurve]], at: int | None, *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw training loss and test accuracy of up to three arms: mean of the seeds, smallest to largest.

    Args:
        arms: per arm its curves, one a seed.
        at: step at which one arm gets BN, or None.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), make_subplots(cols=2, horizontal_spacing=0.12)
    for arm, curves in arms.items():
        slot = _SLOTS.get(arm, 2)
        first = curves[0]
        parts = (
            (first.steps, np.asarray([curve.losses for curve in curves])),
            (first.tested, 100 * np.asarray([curve.accuracy for curve in curves])),
        )
        for column, (steps, values) in enumerate(parts, 1):
            place = {"row": 1, "col": column}
            if len(curves) > 1:
                figure.add_trace(
                    go.Scatter(
                        x=[*steps, *steps[::-1]],
                        y=[*values.max(0), *values.min(0)[::-1]],
                        fill="toself",
                        fillcolor=theme.fill(slot),
                        mode="lines",
                        line={"width": 0},
                        hoverinfo="skip",
                        showlegend=False,
                        legendgroup=arm,
                    ),
                    **place,
                )
            figure.add_trace(
                go.Scatter(
                    x=steps,
                    y=values.mean(0),
                    mode="lines",
                    line=theme.line(slot),
                    legendgroup=arm,
                    name=arm_name(arm, lang),
                    showlegend=column == 1,
                    hovertemplate="%{x}: %{y:.3g}",
                ),
                **place,
            )
    if at is not None:
        figure.add_vline(x=at, line={"color": INK, "dash": "dot"})
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    figure.update_yaxes(title_text=translate("convolution.fig.loss", lang), range=[0, 2.6], row=1, col=1)
    figure.update_yaxes(title_text=translate("convolution.fig.accuracy", lang), range=[0, 100], row=1, col=2)
    return style(figure, 380)


def places_figure(arms: Mapping[str, Sequence[ArmCurve]], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the final test accuracy of each choice of layers: every seed a mark, their mean a bar."""
    theme, figure = Theme(dark), go.Figure()
    names = [translate("convolution.arm.all", lang) if arm == START else arm_name(arm, lang) for arm in arms]
    finals = [[100 * curve.final for curve in curves] for curves in arms.values()]
    colors = [theme.color(_SLOTS.get(arm, 2)) for arm in arms]
    figure.add_trace(
        go.Bar(
            y=names,
            x=[float(np.mean(each)) for each in finals],
            orientation="h",
            width=0.55,
            marker={"color": colors, "opacity": 0.35},
            name=translate("convolution.fig.mean", lang),
            hovertemplate="%{x:.1f} %",
        )
    )
    pairs = [(value, name, color) for each, name, color in zip(finals, names, colors, strict=True) for value in each]
    figure.add_trace(
        go.Scatter(
            x=[value for value, _, _ in pairs],
            y=[name for _, name, _ in pairs],
            mode="markers",
            marker={
                "color": [color for _, _, color in pairs],
                "size": 9,
                "symbol": "circle-open",
                "line": {"width": 2},
            },
            name=translate("convolution.fig.seed", lang),
            hovertemplate="%{x:.1f} %",
        )
    )
    figure.update_xaxes(title_text=translate("convolution.fig.accuracy", lang), range=[0, 100])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return style(figure, 120 + 34 * len(names))


def arm_name(arm: str, lang: str = "en") -> str:
    """Name an arm as people read it: never, from the start, from step 100, in layers 1, 2, 3."""
    if arm in _SLOTS:
        return translate(f"convolution.arm.{arm}", lang)
    if arm.startswith("from"):
        return translate("convolution.arm.inserted", lang, step=arm[4:])
    numbers = arm[2:].split(".")
    key = "layer" if len(numbers) == 1 else "layers"
    return translate(f"convolution.arm.{key}", lang, layers=", ".join(numbers))
