"""The live view on a page: it mounts assets/live/main.js once and handles what the view reports."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import streamlit as st

from bnviz.config import FIELDS
from bnviz.lab.controls import set_on_next_run
from bnviz.live.commands import handle_command
from bnviz.live.latest_messages import Cursor
from bnviz.ui import lecture, url_state
from bnviz.ui.component import component
from bnviz.ui.text import branch, t

if TYPE_CHECKING:
    from streamlit.components.v2.bidi_component.state import ComponentResult

    from bnviz.live.session import Session

KEY = "live"
LOOP_STEPS_PER_S = 20
PANELS = (
    "distributions",
    "figure1",
    "saturation",
    "contours",
    "gradients",
    "parameters",
    "curves",
    "boundary",
    "glance",
)
FIRST_PANEL = "glance"
"""What opens where nothing else is asked for."""

_TRANSPORT, _PANEL, _SENT = "bnviz.transport", "bnviz.panel", "bnviz.sent"
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


def live_view(session: Session, loop_to: int | None = None) -> dict[str, Any] | None:
    """Mount the view; return ``{"panel", "step"}`` of the paused panel, or None while the view moves.

    Args:
        session: the visitor's session.
        loop_to: play the recording that is shown up to this step, over and over, until the visitor takes over.
    """
    state: Any = st.session_state
    if _PANEL not in state:
        wanted = url_state.param("panel", FIRST_PANEL)
        state[_PANEL] = wanted if wanted in PANELS else FIRST_PANEL
    view = component("bnviz_live", "live")
    result = view(
        key=KEY,
        data={
            "token": session.token,
            "transport": state.get(_TRANSPORT, "socket"),
            "panel": state[_PANEL],
            "show": state.get(_SHOW),
            "zoom": lecture.zoom(),
            "bare": lecture.on(),
            "loop": None if loop_to is None else {"until": loop_to, "steps_per_s": LOOP_STEPS_PER_S},
            "strings": strings(),
            "labels": {"fields": {name: t(f"field.{name}.label").lower() for name in FIELDS}},
            "missing": t("lab.live_missing"),
        },
        on_transport_change=lambda: None,
        on_rest_change=lambda: None,
        on_op_change=lambda: None,
        on_new_seed_change=lambda: None,
    )
    _handle_reports(session, result)
    rest = result.rest
    return dict(rest) if rest and rest.get("panel") in PANELS else None


def open_panel(panel: str, step: int | None = None) -> None:
    """Open a panel of the view at a step, once; the visitor may then move on.

    Args:
        panel: one of PANELS.
        step: the step to show; None is the newest.
    """
    state: Any = st.session_state
    former = state.get(_SHOW) or {"n": 0}
    state[_SHOW] = {"panel": panel, "step": step, "n": former["n"] + 1}


def _handle_reports(session: Session, result: ComponentResult) -> None:
    state: Any = st.session_state
    if result.op and result.op.get("op") == "backlog":
        state[_SENT] = Cursor()
    elif result.op:
        handle_command(session, dict(result.op))
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
        state[_SENT] = Cursor()
    session.keep_alive()
    cursor = state[_SENT]
    messages = session.pending(cursor)
    head = json.dumps([session.token, cursor.generation]).encode()
    parts = (head, *messages)
    data = b"".join(len(part).to_bytes(4, "little") + part for part in parts)
    st.components.v2.component("bnviz_feed", js=_FEEDER)(key="feed", data=data)


def strings() -> dict[str, Any]:
    """Return the live view's sentences as a tree, nested by the parts of their keys."""
    tree: dict[str, Any] = {}
    for key, words in branch("live").items():
        *path, last = key.split(".")[1:]
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        node[last] = words
    return tree
