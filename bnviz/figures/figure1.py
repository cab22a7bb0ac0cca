"""The input of one unit over training, as in Ioffe & Szegedy (2015), Figures 1b and 1c."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.figures.common import edges_of, finite, labels_of, theme_of
from bnviz.figures.theme import style
from bnviz.telemetry.history import History
from bnviz.telemetry.records import UNIT_PERCENTILES
from bnviz.text.catalogue import translate


def figure1(
    history: History, layer: int, unit: int, step: int | None = None, *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the 15th, 50th and 85th percentile of one unit's input over the steps, one column per arm.

    Args:
        history: the recorded run.
        layer: index of the hidden layer, from 0.
        unit: the unit's number in its layer, one of ``recorded_units``.
        step: the last step to draw; None draws all steps.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, labels = theme_of(history, dark), labels_of(history, lang)
    figure = make_subplots(cols=len(labels), shared_yaxes="all", column_titles=list(labels), horizontal_spacing=0.04)
    for arm, label in enumerate(labels):
        steps, values = percentiles(history, arm, layer, unit, step)
        for index, level in enumerate(UNIT_PERCENTILES):
            figure.add_trace(
                go.Scatter(
                    x=steps,
                    y=values[:, index],
                    mode="lines",
                    name=translate("figure.trace.percentile", lang, arm=label, level=round(100 * level)),
                    line=theme.line(arm, 2.5 if level == 0.5 else 1.2),
                    fill="tonexty" if index else None,
                    fillcolor=theme.fill(arm, 0.14),
                    hovertemplate="%{x}: %{y:.3f}",
                ),
                row=1,
                col=arm + 1,
            )
    figure.update_yaxes(range=list(edges_of(history, "norm")))
    figure.update_yaxes(title_text=translate("figure.axis.input", lang), col=1)
    figure.update_xaxes(title_text=translate("figure.axis.step", lang))
    figure.update_layout(showlegend=False)
    return style(figure, 420)


def unit_index(history: History, arm: int, layer: int, unit: int) -> int:
    """Return the position of a unit among the recorded units; raises InputError if it was not recorded."""
    units = history.description.arms[arm].recorded_units(layer)
    if unit not in units:
        raise InputError(f"unit {unit} was not recorded; recorded are {len(units)} from {units[0]} to {units[-1]}")
    return units.index(unit)


def percentiles(history: History, arm: int, layer: int, unit: int, step: int | None = None) -> tuple[Floats, Floats]:
    """Return the steps (T,) and the unit's percentiles (T, 3) of every frame that has the layer."""
    index = unit_index(history, arm, layer, unit)
    frames = [frame for frame in history.frames if step is None or frame.step <= step]
    kept = [frame for frame in frames if layer < len(frame.arms[arm].unit_percentiles)]
    values = [frame.arms[arm].unit_percentiles[layer, index] for frame in kept]
    return np.array([frame.step for frame in kept], np.float64), finite(values).reshape(-1, len(UNIT_PERCENTILES))
