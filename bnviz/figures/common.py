"""What several figures share: labels of arms and layers, the frame at a step, the ranges of axes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.figures.theme import Theme, arm_slots
from bnviz.telemetry.history import History
from bnviz.telemetry.records import Frame
from bnviz.text.catalogue import arm_labels, translate

Drawing = tuple[go.Figure, str]
"""A figure, and its alt text."""


def frame_at(history: History, step: int) -> Frame:
    """Return the newest frame at or before a step; raises InputError if there is none yet."""
    frame = history.nearest(step)
    if frame is None:
        raise InputError("this run holds no frame yet; train at least one step")
    return frame


def theme_of(history: History, dark: bool) -> Theme:
    """Return the theme of a history's arms."""
    return Theme(dark, arm_slots(history.experiment.arms))


def labels_of(history: History, lang: str) -> tuple[str, ...]:
    """Return the arms' names."""
    return arm_labels(history.experiment, lang)


def layer_names(count: int, lang: str, head: bool = False) -> list[str]:
    """Return labels of the layers, from 1; with ``head``, the last is the output layer."""
    hidden = count - 1 if head else count
    names = [translate("figure.layer.name", lang, number=number + 1) for number in range(hidden)]
    return [*names, translate("figure.layer.head", lang)] if head else names


def edges_of(history: History, stage: str) -> tuple[float, float]:
    """Return the range that all histograms of a stage share."""
    low, high = history.description.edges.of(stage)
    return float(low), float(high)


def most_layers(frame: Frame) -> int:
    """Return the number of hidden layers of the deepest arm."""
    return max(len(arm.saturated_fraction) for arm in frame.arms)


def finite(values: npt.ArrayLike) -> Floats:
    """Return values as float64 with every infinity turned into NaN, which Plotly leaves out."""
    array = np.asarray(values, np.float64)
    return np.where(np.isfinite(array), array, np.nan)
