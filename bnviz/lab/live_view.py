"""The live view on a page: it mounts assets/live/whole.js once and handles what the view reports."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from bnviz.lab import share, viewer
from bnviz.lab.controls import load_into_widgets, set_on_next_run
from bnviz.lab.panels import FIRST_PANEL, PANELS
from bnviz.live.commands import handle_command
from bnviz.live.place import Place
from bnviz.live.rerun_feed import RerunFeed
from bnviz.text.view_words import view_words
from bnviz.ui import lecture
from bnviz.ui.component import component
from bnviz.ui.text import language, t

if TYPE_CHECKING:
    from streamlit.components.v2.bidi_component.state import ComponentResult

    from bnviz.live.session import Session

KEY = "live"
LOOP_STEPS_PER_S = 20
_TRANSPORT, _ARRIVED, _SENT = "bnviz.transport", "bnviz.arrived", "bnviz.sent"
_SHOW = "bnviz.show"

# While the view is still loading, an array keeps the messages for it.
_FEEDER = """
export default function ({ data }) {
  if (!(data instanceof Uint8Array)) return;
  const size = new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
  const [token, generation] = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + size)));
  ((globalThis.__bnviz ??= {})[token] ??= []).push({ generation, bytes: data.slice(4 + size) });
}
"""

# Outside of the view's fragment: a server that was started again does not know fragments, only whole pages.
_RENEWER = """
export default function ({ setTriggerValue }) {
  globalThis.__bnvizPage = { renew: () => setTriggerValue("renew", Date.now()) };
}
"""


def beside(session: Session) -> None:
    """Draw what a page with the view needs outside of the view's fragment: it is not seen."""
    with st.container(key="beside"):
        renewer = st.components.v2.component("bnviz_renewer", js=_RENEWER)
        renewer(key="renewer", data={}, on_renew_change=lambda: None)
        if is_fallback_transport():
            send_by_reruns(session)


def live_view(
    session: Session, loop_to: int | None = None, page: str = viewer.LAB, read_only: bool = False
) -> dict[str, Any] | None:
    """Mount the view; return ``{"panel", "step"}`` of the paused panel, or None while the view moves.

    Args:
        session: the visitor's session.
        loop_to: play the recording that is shown up to this step, over and over, until the visitor takes over.
        page: the page that the view is on; each has a session of its own.
        read_only: whether there is nothing to train: the recording of a model from elsewhere.
    """
    state: Any = st.session_state
    _arrive(session)
    show = _shown(session, page)
    place = session.place
    view = component("bnviz_live", "live/whole.js")
    result = view(
        key=KEY,
        data={
            "token": session.token,
            "transport": state.get(_TRANSPORT, "socket"),
            "panel": place.panel if place.panel in PANELS else FIRST_PANEL,
            "place": {"layer": place.layer, "unit": place.unit, "step": place.step},
            "show": show,
            "handle": session.handle if session.owner else None,
            "undo": page == viewer.LAB,
            "returns": page == viewer.LAB and not read_only,
            "readOnly": read_only,
            "zoom": lecture.zoom(),
            "bare": lecture.on(),
            "loop": None if loop_to is None else {"until": loop_to, "steps_per_s": LOOP_STEPS_PER_S},
            **view_words(language()),
            "missing": t("lab.live_missing"),
        },
        on_transport_change=lambda: None,
        on_rest_change=lambda: None,
        on_op_change=lambda: None,
        on_new_seed_change=lambda: None,
        on_undo_change=lambda: None,
    )
    _handle_reports(session, result)
    rest = result.rest
    return dict(rest) if rest and rest.get("panel") in PANELS else None


def open_panel(panel: str, step: int | None = None, page: str = viewer.LAB) -> None:
    """Open a panel of the view at a step, once; the visitor may then move on.

    Args:
        panel: one of PANELS.
        step: the step to show; None is the newest.
        page: the page whose view it is.
    """
    shows = st.session_state.setdefault(_SHOW, {})
    former = shows.get(page) or {"n": 0}
    shows[page] = {"panel": panel, "step": step, "n": former["n"] + 1}


def _shown(session: Session, page: str) -> dict[str, Any] | None:
    """Return what ``open_panel`` asked for; None once the visitor has opened another panel, which is then kept."""
    asked: dict[str, Any] | None = st.session_state.get(_SHOW, {}).get(page)
    if asked is None or asked.get("is_over"):
        return None
    if not asked.get("delivered"):
        asked["delivered"] = True
        session.place = Place(asked["panel"])
    # A view that has not carried it out yet reports where it was before: that is no choice of the visitor.
    asked["is_over"] = session.place.shown == asked["n"] and session.place.panel not in ("", asked["panel"])
    return None if asked["is_over"] else {name: asked[name] for name in ("panel", "step", "n")}


def _arrive(session: Session) -> None:
    """Go to the moment that the address names, once; a session that was resumed has its own."""
    arrived = st.session_state.setdefault(_ARRIVED, set())
    if session.token in arrived:
        return
    arrived.add(session.token)
    if session.place.panel:
        return
    place = share.linked_place()
    if place.step is not None and (share.is_of_a_run() or not _is_shown(session, place.step)):
        session.train_to(place.step)
        place = replace(place, step=None)
    session.place = place


def _is_shown(session: Session, step: int) -> bool:
    history = session.history
    return history is not None and any(frame.step == step for frame in history.frames)


def _handle_reports(session: Session, result: ComponentResult) -> None:
    state: Any = st.session_state
    if result.op and result.op.get("op") == "backlog":
        state[_SENT] = RerunFeed()
    elif result.op:
        handle_command(session, dict(result.op))
    if result.undo and (experiment := session.undo_restart()) is not None:
        viewer.note_shown(session, experiment)
        load_into_widgets(experiment)
        st.rerun()
    if result.new_seed:
        set_on_next_run(seed=secrets.randbelow(2**31))
        st.rerun()
    if result.transport and result.transport != state.get(_TRANSPORT):
        state[_TRANSPORT] = result.transport
        st.rerun()


def is_fallback_transport() -> bool:
    """Return whether messages go through Streamlit reruns because the browser could not open the websocket."""
    return bool(st.session_state.get(_TRANSPORT) == "rerun")


@st.fragment(run_every=0.1)
def send_by_reruns(session: Session) -> None:
    """Send new messages to the view through Streamlit reruns: the fallback where websockets are blocked.

    The browser may skip a message, because a newer one replaces whatever was not drawn yet. Each message
    therefore names the generation of its source, and a view that missed the start of a generation asks for all
    of it again (op "backlog").
    """
    state: Any = st.session_state
    if _SENT not in state:
        state[_SENT] = RerunFeed()
    session.keep_alive()
    st.components.v2.component("bnviz_feed", js=_FEEDER)(key="feed", data=state[_SENT].next(session))
