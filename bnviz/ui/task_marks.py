"""Marks of tasks in the address: after the server was started again, the page knows by them what was lost.

A mark is ``<key>.<server>.<proof>``: the button, the process that had the task, and a hash with the secret of the
browser, so that a copied address tells no other browser that something was lost.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

import streamlit as st

from bnviz.training.shared import kept_once, shared
from bnviz.ui.url_state import param, set_param
from bnviz.ui.visitor import owner

PARAM = "task"
RESTARTED, CLOSED = "restarted", "closed"
"""Why a task is gone: its server was started again, or its page was closed for too long."""

_WRITTEN, _LOST = "bnviz.task_marks", "bnviz.tasks_lost"
_MOST = 8


def read(page: str) -> None:
    """Note which tasks the address of a page tells of that this server does not know; before the page is drawn."""
    state: Any = st.session_state
    for mark in param(PARAM).split(",")[:_MOST]:
        key, _, rest = mark.partition(".")
        server = rest.partition(".")[0]
        if mark in state.get(_WRITTEN, ()) or mark != _mark(key, server):
            continue
        if not shared().tasks.book.of(owner(), key):
            reason = CLOSED if server == _server() else RESTARTED
            state.setdefault(_LOST, {}).setdefault(page, {})[key] = reason


def write(keys: Sequence[str]) -> None:
    """Let the address tell of the tasks that are under way on the page, and of no others; after it was drawn."""
    state: Any = st.session_state
    marks = [_mark(key, _server()) for key in keys]
    state[_WRITTEN] = {*state.get(_WRITTEN, ()), *marks}
    set_param(PARAM, ",".join(marks) or None)


def lost_on(page: str) -> dict[str, str]:
    """Return the buttons of a page whose tasks were lost, each with the reason."""
    found: dict[str, str] = st.session_state.get(_LOST, {}).get(page, {})
    return dict(found)


def forget_lost(page: str, key: str) -> None:
    """Say no more that the task of a button was lost."""
    st.session_state.get(_LOST, {}).get(page, {}).pop(key, None)


def _server() -> str:
    """Return a name of this process."""
    return kept_once("process_name", lambda: secrets.token_hex(3))


def _mark(key: str, server: str) -> str:
    proof = hashlib.sha256(f"{owner()}|{key}|{server}".encode()).hexdigest()[:10]
    return f"{key}.{server}.{proof}"
