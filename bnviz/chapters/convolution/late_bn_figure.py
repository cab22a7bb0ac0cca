"""Figures of late BN: curves over the steps, and the accuracy of each choice of layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.figures.marks import band, bars, reference_line, seed_dots
from bnviz.figures.theme import Theme, style
from bnviz.text.catalogue import translate

_SLOTS = {NEVER: 0, START: 1}


def insert_figure(
    arms: Mapping[str, Sequence[ArmCurve]], at: int | None, *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw training loss and test accuracy of up to three arms: mean and range of the seeds.

    Args:
        arms: the curves of each arm, one per seed.
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
            if len(curves) > 1:
                shade = band(steps, values.min(0), values.max(0), theme.fill(slot), legendgroup=arm)
                figure.add_trace(shade, row=1, col=column)
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
                row=1,
                col=column,
            )
    if at is not None:
        reference_line(figure, x=at)
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    figure.update_yaxes(title_text=translate("convolution.fig.loss", lang), range=[0, 2.6], row=1, col=1)
    figure.update_yaxes(title_text=translate("convolution.fig.accuracy", lang), range=[0, 100], row=1, col=2)
    return style(figure, 380)


def layers_figure(arms: Mapping[str, Sequence[ArmCurve]], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the final test accuracy of each choice of layers: a dot per seed, and their mean as a bar."""
    theme, figure = Theme(dark), go.Figure()
    names = [translate("convolution.arm.all", lang) if arm == START else arm_name(arm, lang) for arm in arms]
    finals = [[100 * curve.final for curve in curves] for curves in arms.values()]
    colors = [theme.color(_SLOTS.get(arm, 2)) for arm in arms]
    hover = {"hovertemplate": "%{x:.1f} %"}
    means = [float(np.mean(each)) for each in finals]
    name = translate("convolution.fig.mean", lang)
    figure.add_trace(bars(names, means, colors, marker={"opacity": 0.35}, width=0.55, name=name, **hover))
    dot = {"symbol": "circle-open", "line": {"width": 2}}
    figure.add_trace(
        seed_dots(names, finals, colors, marker=dot, name=translate("convolution.fig.seed", lang), **hover)
    )
    figure.update_xaxes(title_text=translate("convolution.fig.accuracy", lang), range=[0, 100])
    figure.update_yaxes(autorange="reversed", automargin=True)
    return style(figure, 120 + 34 * len(names))


def arm_name(arm: str, lang: str = "en") -> str:
    """Return the label of an arm: without BN, from the start, from step 100, in layers 1, 2, 3."""
    if arm in _SLOTS:
        return translate(f"convolution.arm.{arm}", lang)
    if arm.startswith("from"):
        return translate("convolution.arm.inserted", lang, step=arm[4:])
    numbers = arm[2:].split(".")
    key = "layer" if len(numbers) == 1 else "layers"
    return translate(f"convolution.arm.{key}", lang, layers=", ".join(numbers))
