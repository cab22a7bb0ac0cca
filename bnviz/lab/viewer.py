"""The visitor's live session, and the recording that comes with the app."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import streamlit as st

from bnviz.config import PRESETS, Experiment
from bnviz.config.visitor import Visitor
from bnviz.lab import settings
from bnviz.lab.controls import load_into_widgets
from bnviz.live.kept import KeptDamagedError
from bnviz.live.kept_recording import KeptRecording
from bnviz.live.registry import NoRoomError, registry
from bnviz.live.session import Session
from bnviz.standalone.page import page as as_page
from bnviz.telemetry import recording
from bnviz.telemetry.history import History
from bnviz.training.state import Status
from bnviz.ui.text import t
from bnviz.ui.url_state import param, set_param
from bnviz.ui.visitor import visitor

_RECORDINGS = Path(__file__).resolve().parents[2] / "assets" / "recordings"
LAB = "lab"
HANDLE = "run"
"""Name of the query parameter by which a reloaded page finds its session; the view writes it."""
_TOKEN, _SHOWN = "bnviz.token", "bnviz.shown"


def current_session(page: str = LAB) -> Session:
    """Return the visitor's session of a page; the first call opens it, or the one that a reloaded page had.

    The lab and the chapters have sessions of their own, so that none takes another's run away.
    """
    state: Any = st.session_state
    key = _TOKEN if page == LAB else f"{_TOKEN}.{page}"
    who = visitor()
    if key in state and registry().find(state[key]) is None:
        del state[key]  # it was forgotten, and the view may have come back to another one before this script
    if key not in state and (found := registry().resume(param(HANDLE), who.name)) is not None:
        others = [value for name, value in state.items() if str(name).startswith(_TOKEN)]
        if found.token not in others:  # else the address still names the session of another page
            state[key] = found.token
            _claim(found)
    try:
        if key not in state and (kept := _returned(who)) is not None:
            state[key] = kept.token
            _note_kept(kept, page)
        session = registry().open(state.get(key), who, handle=param(HANDLE) if page == LAB else "")
    except NoRoomError as error:
        st.error(t("tasks.no_room", limit=error.limit))
        st.stop()
    state[key] = session.token
    if page == LAB and session.owner:
        set_param(HANDLE, session.handle)  # Streamlit sends what it has written, not what the view has
    return session


def _returned(who: Visitor) -> Session | None:
    """Return the session of a recording that was kept, or say that it is damaged; it is asked for once."""
    try:
        return registry().returned(param(HANDLE), who)
    except KeptDamagedError:
        _say_damaged()
        return None


def _say_damaged() -> None:
    st.toast(t("lab.kept_damaged"), icon=":material/warning:", duration="infinite")


def _claim(session: Session) -> None:
    """Take over a session that the page opened itself, and note that it shows the experiment of the address."""
    session.awaits_page = False
    arrived, session.arrived = session.arrived, None
    if arrived is not None:
        note_shown(session, arrived)
    if session.kept_is_damaged:
        session.kept_is_damaged = False
        _say_damaged()


def _note_kept(session: Session, page: str) -> None:
    """Note that a recording which was kept when the server ended is of the experiment in the address of its page."""
    history = session.history
    if isinstance(history, KeptRecording):
        note_shown(session, settings.as_controlled(history.experiment) if page == LAB else history.experiment)


def follow_experiment(session: Session, experiment: Experiment, recorded: History | None = None) -> None:
    """Give the session the experiment of the controls; until it trains, a recording is shown in its place.

    Args:
        session: the visitor's session.
        experiment: the experiment that pressing Train trains.
        recorded: a recording to show for it, even one of other data; by default the recording of its scene is
            shown if it is of the same experiment.
    """
    wanted = _shown_key(experiment)
    if session.experiment is not None and st.session_state.get(_SHOWN, {}).get(session.token) == wanted:
        return  # an opened recording, too, is shown until a control moves
    note_shown(session, experiment)
    stand_in = recorded or scene_recording(experiment.name)
    stands_in = stand_in is not None and (recorded is not None or same_run(stand_in.experiment, experiment))
    at_rest = not session.status.is_training  # a new run that is about to train says idle at first
    if not (stands_in and session.history is None):
        session.configure(experiment)
    if stand_in is not None and stands_in and at_rest and session.status == Status.IDLE:
        session.show(stand_in, experiment if recorded is not None else None)


def open_recording(session: Session, history: History) -> None:
    """Show a recording, and load its experiment into the controls; that of a watched model is unknown."""
    state: Any = st.session_state
    session.show(history, opened=True)
    if history.description.is_watched:
        note_shown(session, settings.remembered(state))
        return
    note_shown(session, settings.as_controlled(history.experiment))
    load_into_widgets(history.experiment)


def is_beyond_controls(history: History) -> bool:
    """Return whether the networks of a recording differ in more than the controls, and so a link, can describe."""
    experiment = history.experiment
    return not history.description.is_watched and settings.as_controlled(experiment).configs != experiment.configs


def note_shown(session: Session, experiment: Experiment) -> None:
    """Note that what a session shows belongs to this experiment: it is kept until a control moves."""
    st.session_state.setdefault(_SHOWN, {})[session.token] = _shown_key(experiment)


def _shown_key(experiment: Experiment) -> str:
    return repr(experiment.configs)


def same_run(one: Experiment, other: Experiment) -> bool:
    """Return whether two experiments train the same networks; their names may differ."""
    return one.arms == other.arms and one.base == other.base


@st.cache_resource(show_spinner=False, max_entries=4)
def scene_recording(name: str) -> History | None:
    """Load the recording of a scene that comes with the app; None if there is none."""
    if name not in PRESETS:
        return None
    file = _RECORDINGS / ("default.npz" if name == "default" else f"scenes/{name}.npz")
    return recording.load(file) if file.is_file() else None


def read_upload(name: str, content: bytes) -> History:
    """Read an uploaded recording; raises InputError, which names the file, if it is not a recording of bnviz."""
    return recording.load(content, label=name)


def page_bytes(session: Session) -> bytes:
    """Return what a session shows as one HTML file; empty if it shows nothing."""
    history = session.history
    return b"" if history is None else as_page(history).encode()


def recording_bytes(session: Session) -> bytes:
    """Return the recording of what a session shows as the bytes of a .npz; empty if it shows nothing."""
    history = session.history
    if history is None:
        return b""
    out = io.BytesIO()
    recording.save(history, out, batches_hashes=list(session.state.batches_hashes))
    return out.getvalue()
