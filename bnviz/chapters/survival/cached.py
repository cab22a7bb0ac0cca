"""What the survival map shows: the recording, this visitor's sweep, or networks of earlier sweeps."""

from __future__ import annotations

from typing import cast

import streamlit as st

from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.recorded import RATES_REQUEST, recorded_map, recorded_rates
from bnviz.chapters.survival.request import DIGITS, MapRequest
from bnviz.chapters.survival.survival_map import compare_arms
from bnviz.chapters.survival.sweep_job import SweepJob
from bnviz.chapters.survival.sweep_queue import SweepQueue
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import SweepResult
from bnviz.ui import task_shelf
from bnviz.ui.visitor import page_is_open, page_name, visitor

MAP = "map"
"""Key of the button that starts a map."""
_CACHED = "bnviz.survival.cached"


@st.cache_resource(max_entries=1, show_spinner=False)
def sweep_queue() -> SweepQueue:
    """Return the one queue of sweeps of this process."""
    return SweepQueue()


@st.cache_resource(max_entries=4, show_spinner=False)
def recorded(net: str) -> SweepResult | None:
    """Return the recorded map of a network, or None."""
    return recorded_map(net)


@st.cache_resource(max_entries=1, show_spinner=False)
def rates() -> SweepResult | None:
    """Return the recorded sweep over rates of the lab's scene, or None."""
    return recorded_rates()


def job() -> SweepJob | None:
    """Return this visitor's sweep, running or ended; None before the first."""
    held = task_shelf.newest(MAP)
    return cast("SweepJob | None", None if held is None else held.payload)


def start(request: MapRequest, label: str) -> None:
    """Start a sweep unless one of this visitor is running; raises InputError for one that cannot be trained.

    Args:
        request: the settings of the map.
        label: words of the button.
    """
    former = job()
    if former is None or not former.running:
        sweep = request.sweep()
        found = sweep_queue().start(sweep, visitor(), page_is_open(), page_name())
        task_shelf.hold(MAP, sweep, found.task, label, found)


def show() -> None:
    """Note that this page shows the visitor's sweep."""
    held = task_shelf.newest(MAP)
    if held is not None:
        task_shelf.show(held)


def forget() -> None:
    """Show the recording again instead of this visitor's sweep; its networks remain in the cache."""
    held = task_shelf.newest(MAP)
    if held is not None and not held.task.running:
        task_shelf.forget(held)


def shown(request: MapRequest, sweep: Sweep) -> tuple[SweepResult, str]:
    """Return the result to draw for these settings, and its source.

    Returns:
        The result, and "live" (trained here) or "recorded".
    """
    mine = job()
    if mine is not None and mine.sweep == sweep:
        return mine.result(), "live"
    record = rates() if request == RATES_REQUEST else recorded(request.net)
    if record is not None and record.sweep == sweep:
        return record, "recorded"
    latest: tuple[Sweep, SweepResult] | None = st.session_state.get(_CACHED)
    if latest is None or latest[0] != sweep or (mine is not None and mine.running):
        latest = (sweep, sweep_queue().cached_result(sweep))
        st.session_state[_CACHED] = latest
    return latest[1], "live"


def source(request: MapRequest | None) -> str:
    """Return the source of the result to draw: "live" or "recorded"."""
    return "live" if request is None else shown(request, request.sweep())[1]


def verdict(request: MapRequest) -> str:
    """Return in how many cells networks train with BN, compared to without: all, more, same or fewer.

    The answer is that of the map that is drawn once it is complete, until then that of the recorded map of
    the same network, or else of the first recorded map.
    """
    found = map_of(shown(request, request.sweep())[0])
    record = recorded(request.net) or recorded(DIGITS)
    if not found.complete and record is not None:
        found = map_of(record)
    return compare_arms(found, 0, 1).verdict
