"""What the survival map shows: the recording, this visitor's sweep, or what was trained here before."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.job import SweepJob
from bnviz.chapters.survival.recorded import recorded_map
from bnviz.chapters.survival.request import DIGITS, MapRequest
from bnviz.chapters.survival.survival_map import compare_arms
from bnviz.chapters.survival.sweep_queue import SweepQueue
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import SweepResult

_JOB, _CACHED = "bnviz.survival.job", "bnviz.survival.cached"


@st.cache_resource(max_entries=1, show_spinner=False)
def sweep_queue() -> SweepQueue:
    """Return the one queue of sweeps of this process."""
    return SweepQueue()


@st.cache_resource(max_entries=4, show_spinner=False)
def recorded(net: str) -> SweepResult | None:
    """Return the recorded map of a net."""
    return recorded_map(net)


def job() -> SweepJob | None:
    """Return this visitor's sweep, under way or ended."""
    found: SweepJob | None = st.session_state.get(_JOB)
    return found


def start(request: MapRequest) -> None:
    """Start a sweep unless one of this visitor is under way; raises InputError when it cannot be."""
    state: Any = st.session_state
    former = job()
    if former is None or not former.running:
        state[_JOB] = sweep_queue().start(request.sweep())


def forget() -> None:
    """Show the recording again, not this visitor's sweep; its nets stay known."""
    former = job()
    if former is not None and not former.running:
        del st.session_state[_JOB]


def shown(request: MapRequest, sweep: Sweep) -> tuple[SweepResult, str]:
    """Return what is to be drawn for these settings and where it comes from.

    Returns:
        The result, and "live" (trained here) or "recorded".
    """
    mine = job()
    if mine is not None and mine.sweep == sweep:
        return mine.result(), "live"
    record = recorded(request.net)
    if record is not None and record.sweep == sweep:
        return record, "recorded"
    kept: tuple[Sweep, SweepResult] | None = st.session_state.get(_CACHED)
    if kept is None or kept[0] != sweep or (mine is not None and mine.running):
        kept = (sweep, sweep_queue().cached_result(sweep))
        st.session_state[_CACHED] = kept
    return kept[1], "live"


def source(request: MapRequest | None) -> str:
    """Return where what is drawn comes from: "live" or "recorded"."""
    return "live" if request is None else shown(request, request.sweep())[1]


def verdict(request: MapRequest) -> str:
    """Return at how many places nets live with BN: all, more, same or fewer.

    On the map that is drawn, once it is whole; before, on the recorded map of the same network, else on the
    first one of the page.
    """
    found = map_of(shown(request, request.sweep())[0])
    record = recorded(request.net) or recorded(DIGITS)
    if not found.whole and record is not None:
        found = map_of(record)
    return compare_arms(found, 0, 1).verdict
