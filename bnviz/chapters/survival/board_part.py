"""The map, its progress and the chosen cell: the part that is redrawn while a sweep runs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.chapters.survival import cached, wording
from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.figures import survival_figure
from bnviz.chapters.survival.labels import arm_names, tick
from bnviz.chapters.survival.request import MapRequest
from bnviz.chapters.survival.results import SurvivalMap
from bnviz.chapters.survival.table import csv_of
from bnviz.config import Experiment, InputError
from bnviz.config.numbers import count_of
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import SweepResult
from bnviz.training.task import QUEUED
from bnviz.training.tasks import TaskRefusedError
from bnviz.ui import lecture, task_line, url_state
from bnviz.ui.chapter import lab_link
from bnviz.ui.results import live_note, recorded_note
from bnviz.ui.task_words import left_words, percent, progress_words
from bnviz.ui.tasks import anchor, tell_lost
from bnviz.ui.text import language, t, wrong_sentence
from bnviz.ui.widgets import figure_style

_CHART, _COLUMN, _ROW, _AT = "survival-chart", "map_column", "map_row", "map_at"
_EVERY_S, _LECTURE_FONT = 1.0, 16


def board(request: MapRequest, guessed: bool) -> None:
    """Draw the buttons, the progress, the map, its counts and the chosen cell.

    Args:
        request: the settings of the map.
        guessed: whether the prediction was made; until then, only the first arm is shown.
    """
    mine = cached.job()
    watched = mine is not None and mine.running
    st.fragment(_board, run_every=_EVERY_S if watched else None)(request, guessed, watched)


def _board(request: MapRequest, guessed: bool, watched: bool) -> None:
    mine = cached.job()
    if watched and mine is not None and not mine.running:
        st.rerun()  # a rerun of the page stops the timer of this fragment
    sweep = request.sweep()
    _steer(request, sweep)
    result, source = cached.shown(request, sweep)
    found = map_of(result)
    _origin(found, result, source)
    _map(found, guessed, watched)
    if found.empty or not guessed:
        return
    for sentence in wording.counts(found):
        st.markdown(sentence)
    _chosen_cell(found, result, sweep)
    _table(found, result)


def _steer(request: MapRequest, sweep: Sweep) -> None:
    """Draw Start or Cancel, the progress, and how the last sweep ended."""
    mine = cached.job()
    if mine is not None and mine.running:
        cached.show()
        anchor(cached.MAP)
        task_line.note_drawn(cached.MAP, "")
        words = t("survival.progress", percent=percent(mine.share)) + left_words(mine.seconds_left)
        label = progress_words(mine.task) if mine.state == QUEUED else words
        if mine.sweep != sweep:
            label += t("survival.other")
        bar, stop = st.columns([5, 1], vertical_alignment="center")
        bar.progress(mine.share, label)
        stop.button(t("survival.cancel"), on_click=mine.cancel, key="map_cancel", width="stretch")
        return
    count = len(sweep.x.values) * len(sweep.y.values)
    label = t("survival.start", nets=f"{sweep.size:,}", cells=count, seeds=sweep.seeds)
    task_line.note_drawn(cached.MAP, label)
    ended = mine is not None and mine.sweep == sweep
    if ended and mine is not None and mine.state != "done":
        st.info(t(f"survival.ended.{mine.state}", error=wrong_sentence(mine.error)))
        label = t("survival.resume", done=f"{len(mine.result().cells):,}", nets=f"{sweep.size:,}")
    if not (ended and mine is not None and mine.state == "done") and st.button(
        label, key="map_start", icon=":material/play_arrow:"
    ):
        try:
            cached.start(request, label)
        except TaskRefusedError as refused:
            st.warning(t(f"tasks.refused.{refused.reason}", limit=refused.limit))
        except InputError as error:
            st.error(t("survival.impossible", error=wrong_sentence(error)))
        else:
            st.rerun()
    if mine is None:
        tell_lost(cached.MAP, label)
    if ended and cached.recorded(request.net) is not None:
        st.button(t("survival.forget"), on_click=cached.forget, key="map_forget")


def _origin(found: SurvivalMap, result: SweepResult, source: str) -> None:
    if source == "recorded":
        recorded_note(result.provenance)
    elif not found.empty:
        live_note()


def _map(found: SurvivalMap, guessed: bool, running: bool) -> None:
    """Draw the small multiples; a click on a cell chooses it."""
    arms = len(found.arms) if guessed else 1
    row, column = _chosen(found)
    drawn = survival_figure(found, arms=arms, chosen=(row, column) if guessed else None, **figure_style())
    if lecture.on():
        drawn.update_layout(font_size=_LECTURE_FONT)
    st.html(wording.legend(figure_style()["dark"]))
    st.plotly_chart(
        drawn,
        width="stretch",
        key=_CHART,
        alt=wording.alt(found, arms),
        config={"displaylogo": False},
        on_select=_take_click if guessed else "ignore",
        selection_mode="points",
    )
    if found.empty and not running:
        st.info(t("survival.empty"))


def _take_click() -> None:
    """Choose the cell that was clicked."""
    state: Any = st.session_state
    points = state[_CHART].selection.points
    if points:
        state[_COLUMN], state[_ROW] = round(points[-1]["x"]), round(points[-1]["y"])


def _chosen(found: SurvivalMap) -> tuple[int, int]:
    """Return row and column of the chosen cell: the picked one, else that of the address, else the middle one."""
    state: Any = st.session_state
    asked = url_state.param(_AT).split(".")
    for key, count, text in ((_COLUMN, len(found.xs), asked[0]), (_ROW, len(found.ys), asked[-1])):
        if key not in state:
            wanted = count_of(text) if len(asked) == 2 else None
            state[key] = wanted if wanted is not None and wanted < count else count // 2
        state[key] = min(int(state[key]), count - 1)
    return state[_ROW], state[_COLUMN]


def _chosen_cell(found: SurvivalMap, result: SweepResult, sweep: Sweep) -> None:
    """Draw the pickers of a cell, its results, and its networks as links to the lab."""
    st.subheader(t("survival.cell.title"), anchor=False)
    st.caption(t("survival.cell.text"))
    pickers = st.columns(2)
    for picker, key, field, values in (
        (pickers[0], _COLUMN, found.x_field, found.xs),
        (pickers[1], _ROW, found.y_field, found.ys),
    ):
        names = [tick(value) for value in values]
        picker.selectbox(t(f"survival.axis.{field}"), list(range(len(names))), key=key, format_func=names.__getitem__)
    row, column = st.session_state[_ROW], st.session_state[_COLUMN]
    url_state.set_param(_AT, f"{column}.{row}")
    for arm, box in enumerate(st.columns(len(found.arms))):
        box.markdown(wording.cell_text(found, arm, row, column))
    axes = {found.x_field: found.xs[column], found.y_field: found.ys[row]}
    for seed, box in enumerate(st.columns(max(3, sweep.seeds))[: sweep.seeds]):
        with box:
            base = sweep.base.with_fields(**axes, seed=seed)
            lab_link(Experiment(base, sweep.arms), t("survival.cell.open", seed=seed))


def _table(found: SurvivalMap, result: SweepResult) -> None:
    with st.expander(t("survival.table.title"), icon=":material/table:"):
        rows = wording.table(result, arm_names(found, language()))
        st.dataframe(rows, hide_index=True, height=320)
        st.download_button(
            t("survival.table.csv"), csv_of(result), "survival.csv", "text/csv", key="map_csv", on_click="ignore"
        )
