"""The door of recordings: what the normalization layers did, and the live view of the rest."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.chapters.own_network.cached import shipped_recording
from bnviz.chapters.own_network.recording_strip import recording_strip, watched_model
from bnviz.chapters.own_network.results import Row
from bnviz.chapters.own_network.strip_part import strip
from bnviz.chapters.own_network.upload_part import upload
from bnviz.lab import live_view, viewer
from bnviz.lab.recordings import MAX_MB
from bnviz.telemetry.history import History
from bnviz.telemetry.run_description import WatchedModel
from bnviz.text.plain import plain
from bnviz.ui.text import t

_PAGE, _SHOWN, EXAMPLE = "own_network", "bnviz.own.shown", "example"


def draw(place: DeltaGenerator) -> None:
    """Draw the upload, the norms' strip and the live view."""
    opened = upload(place, "recording", ("npz",), MAX_MB, _read)
    history, rows = shipped_recording() if opened is None else opened.value
    norms_view(history, rows)
    if history.frames:
        _show(history, EXAMPLE if opened is None else opened.file_id)
        st.subheader(t("own_network.recording.live"), anchor=False)
        _view()
        live_view.beside(viewer.current_session(_PAGE))
    else:
        st.info(t("own_network.recording.no_frames"))


def _read(name: str, content: bytes) -> tuple[History, tuple[Row, ...]]:
    """Read a recording with its strip, which takes seconds for thousands of layers, so that each rerun has it."""
    history = viewer.read_upload(name, content)
    return history, recording_strip(history)


def norms_view(history: History, rows: tuple[Row, ...]) -> None:
    """Draw what was watched and what was missed, what changed, and the strip of the normalization layers."""
    watched = watched_model(history)
    if watched is None:
        st.info(t("own_network.recording.of_the_lab"))
        return
    st.subheader(t("own_network.recording.title", model=plain(watched.model)), anchor=False)
    _coverage(watched, len(rows))
    for mark in history.marks[-20:]:
        st.text(t("own_network.recording.mark", step=f"{mark.step:,}", what=mark.text))
    if rows:
        st.caption(t("own_network.recording.strip"))
        strip("recording", rows)
    else:
        st.info(t("own_network.recording.no_norms"))


def _coverage(watched: WatchedModel, ran: int) -> None:
    """Draw how many layers were seen; those that were missed, with the reasons, open below."""
    st.markdown(t("own_network.recording.watched", ran=ran, n=len(watched.norms), missed=len(watched.missed)))
    for note in watched.notes:
        st.text(note)
    if watched.missed:
        with st.expander(t("own_network.recording.missed"), icon=":material/visibility_off:"):
            names = (t("own_network.recording.layer"), t("own_network.recording.reason"))
            st.dataframe({name: [pair[k] for pair in watched.missed] for k, name in enumerate(names)}, hide_index=True)


def _show(history: History, identity: str) -> None:
    """Let the page's session show the recording, once."""
    state: Any = st.session_state
    session = viewer.current_session(_PAGE)
    if state.get(_SHOWN) != (session.token, identity):
        session.show(history, opened=True)
        live_view.open_panel("distributions", page=_PAGE)
        state[_SHOWN] = (session.token, identity)


@st.fragment
def _view() -> None:
    live_view.live_view(viewer.current_session(_PAGE), page=_PAGE, read_only=True)
    if live_view.is_fallback_transport():
        st.caption(t("lab.rerun"))
