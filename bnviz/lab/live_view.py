"""The live view on a page: mounts assets/live/main.js once and listens to what it reports."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import streamlit as st

from bnviz.config import FIELDS
from bnviz.lab.controls import ask
from bnviz.live.commands import handle_command
from bnviz.live.latest_messages import Cursor
from bnviz.ui import lecture, url_state
from bnviz.ui.text import branch, t

if TYPE_CHECKING:
    from streamlit.components.v2.bidi_component.state import ComponentResult
    from streamlit.components.v2.types import ComponentRenderer

    from bnviz.live.session import Session

KEY = "live"
PANELS = ("distributions", "figure1", "saturation", "contours", "gradients", "parameters", "curves", "boundary")
_TRANSPORT, _PANEL, _SENT = "bnviz.transport", "bnviz.panel", "bnviz.sent"
_SHOW = "bnviz.show"

# A blob module has no address of its own, so the app's prefix is read off Streamlit's own script.
_LOADER = """
const script = document.querySelector('script[src*="static/js/"]').src;
const base = script.slice(0, script.indexOf("static/js/"));
const loading = import(base + "bnviz/assets/live/main.js");
export default function (component) {
  const root = component.parentElement;
  let end = null, over = false;
  loading
    .then((module) => { if (!over) end = module.mount({ ...component, data: { ...component.data, base } }); })
    .catch((error) => { console.error("bnviz", error); root.textContent = component.data.missing; });
  return () => { over = true; if (end) end(); };
}
"""

# The view may not have loaded yet: then an array keeps what it will take.
_FEEDER = """
export default function ({ data }) {
  if (!(data instanceof Uint8Array)) return;
  const size = new DataView(data.buffer, data.byteOffset, 4).getUint32(0, true);
  const [token, generation] = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + size)));
  ((globalThis.__bnviz ??= {})[token] ??= []).push({ generation, bytes: data.slice(4 + size) });
}
"""


def live_view(session: Session) -> dict[str, Any] | None:
    """Mount the view; return ``{"panel", "step"}`` of what rests on screen, None while it moves."""
    state: Any = st.session_state
    if _PANEL not in state:
        wanted = url_state.param("panel", PANELS[0])
        state[_PANEL] = wanted if wanted in PANELS else PANELS[0]
    view = _component("bnviz_live", _LOADER)
    result = view(
        key=KEY,
        data={
            "token": session.token,
            "transport": state.get(_TRANSPORT, "socket"),
            "panel": state[_PANEL],
            "show": state.get(_SHOW),
            "zoom": lecture.zoom(),
            "strings": strings(),
            "labels": {"fields": {name: t(f"field.{name}.label").lower() for name in FIELDS}},
            "missing": t("lab.live_missing"),
        },
        on_transport_change=lambda: None,
        on_rest_change=lambda: None,
        on_op_change=lambda: None,
        on_new_seed_change=lambda: None,
    )
    _listen(session, result)
    rest = result.rest
    return dict(rest) if rest and rest.get("panel") in PANELS else None


def show(panel: str, step: int | None = None) -> None:
    """Let the view open a panel and go to a step, once; what the visitor does afterwards stays.

    Args:
        panel: one of PANELS.
        step: None is the newest.
    """
    state: Any = st.session_state
    former = state.get(_SHOW) or {"n": 0}
    state[_SHOW] = {"panel": panel, "step": step, "n": former["n"] + 1}


def _component(name: str, js: str) -> ComponentRenderer:
    return st.components.v2.component(name, js=js)


def _listen(session: Session, result: ComponentResult) -> None:
    state: Any = st.session_state
    if result.op and result.op.get("op") == "backlog":
        state[_SENT] = Cursor()
    elif result.op:
        handle_command(session, dict(result.op))
    if result.new_seed:
        ask(seed=secrets.randbelow(2**31))
        st.rerun()
    if result.transport and result.transport != state.get(_TRANSPORT):
        state[_TRANSPORT] = result.transport
        st.rerun()


def slow_road() -> bool:
    """Tell whether the browser could not open our socket."""
    return bool(st.session_state.get(_TRANSPORT) == "rerun")


@st.fragment(run_every=0.1)
def feed(session: Session) -> None:
    """Hand new messages to the view by reruns: the road that every host lets pass.

    The browser may skip one: the newer replaces what was not drawn yet. So each says which generation of the
    source it belongs to, and a view that missed its beginning asks for it (op "backlog").
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
    _component("bnviz_feed", _FEEDER)(key="feed", data=data)


def strings() -> dict[str, Any]:
    """Return the live view's words as the tree that its files had."""
    tree: dict[str, Any] = {}
    for key, words in branch("live").items():
        *path, last = key.split(".")[1:]
        node = tree
        for part in path:
            node = node.setdefault(part, {})
        node[last] = words
    return tree
