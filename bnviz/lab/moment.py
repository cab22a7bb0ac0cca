"""Explore this moment: the Plotly twin of the panel on screen, and its numbers as CSV."""

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
from bnviz.telemetry.records import STAGES, recorded_units
from bnviz.training.state import Status
from bnviz.ui.text import language, t

if TYPE_CHECKING:
    from bnviz.live.session import Session


_OPEN = "bnviz.explore_open"


@dataclass(frozen=True)
class Twin:
    """A panel at rest: its figure, the same in words, and the same as rows (made anew for each download)."""

    figure: go.Figure
    alt: str
    table: Callable[[], tables.Table]


def explore(session: Session, rest: Mapping[str, Any] | None) -> None:
    """Draw the twin of what rests on screen, with its downloads."""
    history = session.history
    if rest is None or history is None or not history.frames:
        if session.status == Status.IDLE and history is None:
            st.caption(t("lab.nothing"))
        return
    panel, step = str(rest["panel"]), int(rest["step"])
    title = t(f"live.tabs.{panel}")
    state: Any = st.session_state
    box = st.expander(t("lab.explore"), state.get(_OPEN, False), key="explore", on_change="rerun")
    state[_OPEN] = box.open
    if not box.open:
        return
    with box:
        st.caption(t("lab.explore_sub", panel=title, step=step))
        try:
            twin = TWINS[panel](history, step)
        except InputError as error:
            st.info(str(error))
            return
        if twin is None:
            st.info(t("lab.no_figure"))
            return
        st.plotly_chart(twin.figure, key=f"twin-{panel}", alt=twin.alt, theme="streamlit", config=_config(panel, step))
        st.download_button(
            t("lab.csv"),
            lambda: tables.to_csv(twin.table()),
            file_name=f"bnviz-{panel}-{step}.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )


def _config(panel: str, step: int) -> dict[str, Any]:
    picture = {"format": "png", "filename": f"bnviz-{panel}-{step}", "scale": 2}
    return {"displaylogo": False, "displayModeBar": True, "toImageButtonOptions": picture}


def _look() -> dict[str, Any]:
    return {"lang": language(), "dark": st.context.theme.type == "dark"}


def _distributions(history: History, step: int) -> Twin | None:
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
    return Twin(
        figures.distributions(history, step, stage, **_look()),
        figures.alt_text(history, "distributions", step, stage=stage, lang=language()),
        partial(tables.distributions, history, frame, stage),
    )


def _figure1(history: History, step: int) -> Twin | None:
    arms = history.meta["arms"]
    deepest = max(arms, key=lambda arm: len(arm["layers"]))
    depth, names = len(deepest["layers"]), deepest["layers"]
    left, right = st.columns(2)
    layer = left.selectbox(
        t("lab.layer"), range(depth), index=depth - 1, key="twin_layer", format_func=lambda index: names[index]
    )
    shared = (set(recorded_units(arm, layer)) for arm in arms if layer < len(arm["layers"]))
    units = sorted(set.intersection(*shared))
    if not units:
        return None
    unit = right.selectbox(t("lab.unit"), units, index=len(units) // 2, key="twin_unit")
    return Twin(
        figures.figure1(history, layer, unit, step, **_look()),
        figures.alt_text(history, "figure1", step, layer=layer, unit=unit, lang=language()),
        partial(tables.figure1, history, layer, unit),
    )


def _saturation(history: History, step: int) -> Twin | None:
    return _of_frame(history, step, "saturation", figures.saturation)


def _gradients(history: History, step: int) -> Twin | None:
    return _of_frame(history, step, "gradients", figures.gradients)


def _of_frame(history: History, step: int, panel: str, draw: Callable[..., go.Figure]) -> Twin | None:
    frame = history.nearest(step)
    if frame is None:
        return None
    alt = figures.alt_text(history, panel, step, lang=language())
    return Twin(draw(history, step, **_look()), alt, partial(tables.layers, frame))


def _parameters(history: History, step: int) -> Twin | None:
    frame = history.nearest(step)
    if frame is None or not any(arm["normalized"] for arm in history.meta["arms"]):
        return None
    alt = figures.alt_text(history, "parameters", step, lang=language())
    return Twin(figures.parameters(history, step, **_look()), alt, partial(tables.parameters, frame))


def _curves(history: History, step: int) -> Twin | None:
    alt = figures.alt_text(history, "curves", step, lang=language())
    return Twin(figures.curves(history, **_look()), alt, partial(tables.curves, history))


def _contours(history: History, step: int) -> Twin | None:
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
    return Twin(figures.contours(surface, labels, slots=slots, **_look()), alt, partial(tables.surface, surface))


def _surface_name(step: int, plane: str, bn_stats: str) -> str:
    return f"{step}: {t(f'figure.note.{plane}')}, {t(f'figure.note.bn_{bn_stats}')}"


def _boundary(history: History, step: int) -> Twin | None:
    record = history.boundary
    if record is None:
        return None
    labels = figures.arm_labels(history.experiment, language())
    alt = figures.alt_text(history, "boundary", record.step, lang=language())
    return Twin(figures.boundary(record, history.meta, labels, **_look()), alt, partial(tables.boundary, record))


TWINS: Mapping[str, Callable[[History, int], Twin | None]] = {
    "distributions": _distributions,
    "figure1": _figure1,
    "saturation": _saturation,
    "contours": _contours,
    "gradients": _gradients,
    "parameters": _parameters,
    "curves": _curves,
    "boundary": _boundary,
}
