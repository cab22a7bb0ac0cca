"""The paused panel as a Plotly figure, to zoom into and save as PNG, and its numbers as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
import streamlit as st

from bnviz import figures
from bnviz.config import InputError
from bnviz.figures.theme import arm_slots
from bnviz.telemetry import tables
from bnviz.telemetry.history import History
from bnviz.telemetry.records import STAGES
from bnviz.ui.text import language, t, wrong_sentence
from bnviz.ui.widgets import figure_style

if TYPE_CHECKING:
    from bnviz.live.session import Session

_OPEN = "bnviz.explore_open"


@dataclass(frozen=True)
class PanelExport:
    """What a paused panel is exported as.

    Attributes:
        figure: the panel as a Plotly figure.
        alt: alternative text of the figure.
        table: returns the numbers as rows; it is called at each download.
    """

    figure: go.Figure
    alt: str
    table: Callable[[], tables.Table]


def draw(session: Session, paused: Mapping[str, Any] | None) -> None:
    """Draw the export of the paused panel.

    Args:
        session: the visitor's session.
        paused: ``{"panel", "step"}`` of the paused panel, or None while the view moves.
    """
    history = session.history
    if paused is None or history is None or not history.frames:
        st.caption(t("lab.nothing"))
        return
    panel, step = str(paused["panel"]), int(paused["step"])
    title = t(f"live.tabs.{panel}")
    state: Any = st.session_state
    box = st.expander(t("lab.explore"), state.get(_OPEN, False), key="explore", on_change="rerun")
    state[_OPEN] = box.open
    if not box.open:
        return
    with box:
        st.caption(t("lab.explore_sub", panel=title, step=step))
        try:
            export = EXPORTS[panel](history, step)
        except InputError as error:
            st.info(wrong_sentence(error))
            return
        if export is None:
            st.info(t("lab.no_figure"))
            return
        st.plotly_chart(
            export.figure, key=f"twin-{panel}", alt=export.alt, theme="streamlit", config=_config(panel, step)
        )
        st.download_button(
            t("lab.csv"),
            lambda: tables.to_csv(export.table()),
            file_name=f"bnviz-{panel}-{step}.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )


def _config(panel: str, step: int) -> dict[str, Any]:
    picture = {"format": "png", "filename": f"bnviz-{panel}-{step}", "scale": 2}
    return {"displaylogo": False, "displayModeBar": True, "toImageButtonOptions": picture}


def _distributions(history: History, step: int) -> PanelExport | None:
    stage = st.segmented_control(
        t("lab.stage"),
        STAGES,
        default=STAGES[1],
        required=True,
        format_func=lambda name: t(f"figure.stage.{name}"),
        key="twin_stage",
    )
    frame = history.nearest(step)
    if frame is None or stage is None:
        return None
    return PanelExport(
        figures.distributions(history, step, stage, **figure_style()),
        figures.alt_text(history, "distributions", step, stage=stage, lang=language()),
        partial(tables.distributions, history, frame, stage),
    )


def _figure1(history: History, step: int) -> PanelExport | None:
    arms = history.description.arms
    deepest = max(arms, key=lambda arm: len(arm.layers))
    depth, names = len(deepest.layers), deepest.layers
    left, right = st.columns(2)
    layer = left.selectbox(
        t("lab.layer"), range(depth), index=depth - 1, key="twin_layer", format_func=lambda index: names[index]
    )
    shared = (set(arm.recorded_units(layer)) for arm in arms if layer < len(arm.layers))
    units = sorted(set.intersection(*shared))
    if not units:
        return None
    unit = right.selectbox(t("lab.unit"), units, index=len(units) // 2, key="twin_unit")
    return PanelExport(
        figures.figure1(history, layer, unit, step, **figure_style()),
        figures.alt_text(history, "figure1", step, layer=layer, unit=unit, lang=language()),
        partial(tables.figure1, history, layer, unit),
    )


def _saturation(history: History, step: int) -> PanelExport | None:
    return _per_layer(history, step, "saturation", figures.saturation)


def _gradients(history: History, step: int) -> PanelExport | None:
    return _per_layer(history, step, "gradients", figures.gradients)


def _per_layer(history: History, step: int, panel: str, draw: Callable[..., go.Figure]) -> PanelExport | None:
    frame = history.nearest(step)
    if frame is None:
        return None
    alt = figures.alt_text(history, panel, step, lang=language())
    return PanelExport(draw(history, step, **figure_style()), alt, partial(tables.layers, frame))


def _parameters(history: History, step: int) -> PanelExport | None:
    frame = history.nearest(step)
    if frame is None or not any(arm.normalized for arm in history.description.arms):
        return None
    alt = figures.alt_text(history, "parameters", step, lang=language())
    return PanelExport(figures.parameters(history, step, **figure_style()), alt, partial(tables.parameters, frame))


def _curves(history: History, step: int) -> PanelExport | None:
    alt = figures.alt_text(history, "curves", step, lang=language())
    return PanelExport(figures.curves(history, **figure_style()), alt, partial(tables.curves, history))


def _contours(history: History, step: int) -> PanelExport | None:
    surfaces = history.surfaces
    if not surfaces:
        return None
    before = [index for index, surface in enumerate(surfaces) if surface.step <= step]
    index = st.selectbox(
        t("lab.surface"),
        range(len(surfaces)),
        index=before[-1] if before else 0,
        key="twin_surface",
        format_func=lambda place: _surface_name(surfaces[place].step, surfaces[place].plane, surfaces[place].bn_stats),
    )
    surface = surfaces[index]
    labels = figures.arm_labels(history.experiment, language())
    slots = arm_slots(history.experiment.arms)
    alt = figures.alt_text(history, "contours", step, surface=surface, lang=language())
    return PanelExport(
        figures.contours(surface, labels, slots=slots, **figure_style()), alt, partial(tables.surface, surface)
    )


def _surface_name(step: int, plane: str, bn_stats: str) -> str:
    return f"{step}: {t(f'figure.note.{plane}')}, {t(f'figure.note.bn_{bn_stats}')}"


def _boundary(history: History, step: int) -> PanelExport | None:
    kept = history.boundaries
    record = next((boundary for boundary in reversed(kept) if boundary.step <= step), None)
    if record is None:
        return None
    labels = figures.arm_labels(history.experiment, language())
    alt = figures.alt_text(history, "boundary", record.step, lang=language())
    figure = figures.boundary(record, history.description.dataset, labels, **figure_style())
    return PanelExport(figure, alt, partial(tables.boundary, record))


EXPORTS: Mapping[str, Callable[[History, int], PanelExport | None]] = {
    "distributions": _distributions,
    "figure1": _figure1,
    "saturation": _saturation,
    "contours": _contours,
    "gradients": _gradients,
    "parameters": _parameters,
    "curves": _curves,
    "boundary": _boundary,
    "glance": _gradients,
}
