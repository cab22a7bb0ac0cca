"""Who looks at the page, and whether the page is still open."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from bnviz.config.visitor import VISITOR_COOKIE, Visitor, network_of

_OWNER, _TAB = "bnviz.owner", "bnviz.tab"


def visitor() -> Visitor:
    """Return who looks at the page."""
    name, address = st.context.cookies.get(VISITOR_COOKIE), st.context.ip_address
    # In AppTest, a mock answers in the place of a browser.
    return Visitor(name[:64] if isinstance(name, str) else "", network_of(address) if isinstance(address, str) else "")


def owner() -> str:
    """Return whose the tasks of this page are: the secret of the browser, or of this session if it has none."""
    state: Any = st.session_state
    name = visitor().name
    return name or str(state.setdefault(_OWNER, secrets.token_urlsafe(9)))


def page_name() -> str:
    """Return a name of the tab that asks now, which it keeps until it is reloaded."""
    state: Any = st.session_state
    return str(state.setdefault(_TAB, secrets.token_urlsafe(9)))


def page_is_open() -> Callable[[], bool]:
    """Return a function, for any thread, that tells whether the tab that asks now is still connected."""
    context = get_script_run_ctx()
    if context is None or not exists():  # a script without a server
        return lambda: True
    session, runtime = context.session_id, get_instance()
    return lambda: bool(runtime.is_active_session(session))
