"""This visitor's live session and the bundled recording."""

from __future__ import annotations

import io
from pathlib import Path

import streamlit as st

from bnviz.config import Experiment
from bnviz.lab.controls import ask_experiment
from bnviz.live.registry import registry
from bnviz.live.session import Session
from bnviz.telemetry import recording
from bnviz.telemetry.history import History
from bnviz.training.state import Status

BUNDLED = Path(__file__).resolve().parents[2] / "assets" / "recordings" / "default.npz"
_TOKEN, _SHOWN = "bnviz.token", "bnviz.shown"


def current() -> Session:
    """Return the visitor's session, opened at the first call."""
    session = registry().open(st.session_state.get(_TOKEN))
    st.session_state[_TOKEN] = session.token
    return session


def follow(session: Session, experiment: Experiment, recorded: History | None = None) -> None:
    """Make the session's experiment the wanted one; a recording stands in until somebody trains.

    Args:
        session: the visitor's.
        experiment: what training trains.
        recorded: a recording that stands in for it, though it may be of other data; the bundled one stands
            in for its own experiment.
    """
    wanted = _wanted(session, experiment)
    if session.experiment is not None and st.session_state.get(_SHOWN) == wanted:
        return  # also: a recording that was opened stays until a control moves
    st.session_state[_SHOWN] = wanted
    stand_in = recorded or bundled_recording()
    stands_in = stand_in is not None and (recorded is not None or same_run(stand_in.experiment, experiment))
    at_rest = not session.status.is_training  # a new run that will train says idle at first
    if not (stands_in and session.history is None):
        session.configure(experiment)
    if stand_in is not None and stands_in and at_rest and session.status == Status.IDLE:
        session.show(stand_in, experiment if recorded is not None else None)


def open_recording(session: Session, history: History) -> None:
    """Show a recording, and let the controls say what it is a recording of."""
    experiment = history.experiment
    session.show(history)
    st.session_state[_SHOWN] = _wanted(session, experiment)
    ask_experiment(experiment)


def _wanted(session: Session, experiment: Experiment) -> tuple[str, str]:
    return session.token, repr((experiment.base, experiment.arms))


def same_run(one: Experiment, other: Experiment) -> bool:
    """Tell whether two experiments train the same networks; only their names may differ."""
    return one.arms == other.arms and one.base == other.base


@st.cache_resource(show_spinner=False, max_entries=1)
def bundled_recording() -> History | None:
    """Load the recording that comes with the app; None where there is none."""
    return recording.load(BUNDLED) if BUNDLED.is_file() else None


def opened(name: str, content: bytes) -> History:
    """Read an uploaded recording; raises InputError, which names the file, when it is none of ours."""
    return recording.load(content, label=name)


def saved(session: Session) -> bytes:
    """Write what a session shows as the bytes of a .npz; empty when there is nothing."""
    history = session.history
    if history is None:
        return b""
    out = io.BytesIO()
    recording.save(history, out, batches_hashes=list(session.state.batches_hashes))
    return out.getvalue()
