"""Who looks at the page, and whether the page is still open."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from bnviz.config.visitor import VISITOR_COOKIE, Visitor, network_of


def visitor() -> Visitor:
    """Return who looks at the page."""
    name, address = st.context.cookies.get(VISITOR_COOKIE), st.context.ip_address
    # In AppTest, a mock answers in the place of a browser.
    return Visitor(name[:64] if isinstance(name, str) else "", network_of(address) if isinstance(address, str) else "")


def page_is_open() -> Callable[[], bool]:
    """Return a function, for any thread, that tells whether the tab that asks now is still connected."""
    context = get_script_run_ctx()
    if context is None or not exists():  # a script without a server
        return lambda: True
    session, runtime = context.session_id, get_instance()
    return lambda: bool(runtime.is_active_session(session))
