"""What an address asks for and the page does not have: one sentence at its top, until the visitor changes something."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.config.numbers import number
from bnviz.text.plain import plain
from bnviz.ui.text import t
from bnviz.ui.url_state import READ_BY_PAGES, param, params_beyond

_NOTE, _ASKED, _LEFT = "bnviz.address_note", "bnviz.address_asked", "bnviz.address_left"
_ATTACHED = ("utm_", "fbclid", "gclid", "_")
"""How the names begin that other sites attach to the links that they carry."""


def begin(page: str) -> None:
    """Begin a run of a page: remember what the address asks for, before controls take it or drop it."""
    state: Any = st.session_state
    left_page, left = state.get(_LEFT, ("", {}))
    asked = params_beyond()
    state[_ASKED] = {name: text for name, text in asked.items() if page != left_page or left.get(name) != text}
    if state.get(_NOTE, (page,))[0] != page:
        del state[_NOTE]


def new_names() -> list[str]:
    """Return the names that the address has asked for since the last run, but for those that other sites attach."""
    names: dict[str, str] = st.session_state[_ASKED]
    return [name for name in names if not name.startswith(_ATTACHED)]


def note(page: str, words: str) -> None:
    """Say something about the address at the top of the page, from the end of this run on."""
    state: Any = st.session_state
    state[_NOTE] = (page, words, None)


def end(place: DeltaGenerator, page: str) -> None:
    """End a run of a page: say what is wrong with the address, unless the visitor has changed a control since then."""
    state: Any = st.session_state
    for name, text in state[_ASKED].items():
        if _NOTE not in state and _is_dropped(name, text):
            note(page, t("app.address_wrong", name=plain(name), text=plain(text)))
    state[_LEFT] = (page, params_beyond())
    if _NOTE not in state:
        return
    _, words, former = state[_NOTE]
    now = _controls()
    if former is not None and any(now[key] != former[key] for key in now.keys() & former.keys()):
        del state[_NOTE]
        return
    state[_NOTE] = (page, words, {**now, **(former or {})})
    place.warning(words)


def _is_dropped(name: str, text: str) -> bool:
    """Return whether a control of this name exists and has another value than the address asked for."""
    if name in READ_BY_PAGES or name not in st.session_state or param(name) == text:
        return False
    value = st.session_state[name]
    if isinstance(value, bool):
        return text.lower() != str(value).lower()
    if isinstance(value, int | float):
        with suppress(ValueError):
            return number(text) != float(value)
    return text != str(value)


def _controls() -> dict[str, object]:
    """Return the values of the page's controls; those of buttons are no choices."""
    return {
        str(key): value
        for key, value in st.session_state.items()
        if "." not in str(key) and key != "lang" and isinstance(value, str | int | float | list | tuple)
    }
