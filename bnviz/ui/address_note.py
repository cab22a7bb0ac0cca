"""What an address asks for and the page does not have, in words at its top, until the visitor changes something."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.config.numbers import number
from bnviz.text.plain import plain
from bnviz.ui.address_names import KNOWN
from bnviz.ui.text import t
from bnviz.ui.url_state import READ_BY_PAGES, param, params_beyond

_NOTE, _ASKED, _LEFT = "bnviz.address_note", "bnviz.address_asked", "bnviz.address_left"
_LISTED = 3
_LIKE = 0.6
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


def unknown_names(known: Collection[str], meant: Mapping[str, str]) -> str:
    """Return up to three names that the address newly has and that are not known, as text of a sentence; "" if none.

    Each is followed by the one that was perhaps meant. Those that other sites attach are not counted.

    Args:
        known: names that the page has.
        meant: what a visitor may write, by which the nearest of those names is found.
    """
    asked: dict[str, str] = st.session_state[_ASKED]
    strange = [name for name in asked if name not in known and not name.startswith(_ATTACHED)]
    return ", ".join(_named(name, meant) for name in strange[:_LISTED]) + (" …" if len(strange) > _LISTED else "")


def _named(name: str, meant: Mapping[str, str]) -> str:
    near = get_close_matches(name.lower(), meant, 1, _LIKE)
    return t("sidebar.link_perhaps", name=plain(name), near=plain(meant[near[0]])) if near else plain(name)


def note(page: str, words: str) -> None:
    """Say something about the address at the top of the page, from the end of this run on.

    It stands beside what was said in this run, or in a former one that was broken off; what was said of another
    address goes.
    """
    state: Any = st.session_state
    _, said, former = state.get(_NOTE, (page, (), None))
    said = said if former is None else ()
    state[_NOTE] = (page, said if words in said else (*said, words), None)


def end(place: DeltaGenerator, page: str) -> None:
    """End a run of a page: say what is wrong with the address, unless the visitor has changed a control since then."""
    state: Any = st.session_state
    _note_rest(page)
    state[_LEFT] = (page, params_beyond())
    if _NOTE not in state:
        return
    _, said, former = state[_NOTE]
    now = _controls()
    if former is not None and any(now[key] != former[key] for key in now.keys() & former.keys()):
        del state[_NOTE]
        return
    state[_NOTE] = (page, said, {**now, **(former or {})})
    place.warning(" ".join(said))


def _note_rest(page: str) -> None:
    """Note what the page has not noted itself: values that its controls do not have, names that it does not know."""
    state: Any = st.session_state
    if _NOTE not in state or state[_NOTE][2] is not None:
        dropped = [(name, text) for name, text in state[_ASKED].items() if _is_dropped(name, text)]
        for name, text in dropped[:_LISTED]:
            note(page, t("app.address_wrong", name=plain(name), text=plain(text)))
    if page in KNOWN:
        known = KNOWN[page] | {str(key) for key in state}
        if names := unknown_names(known, {name: name for name in KNOWN[page]}):
            note(page, t("app.address_unknown", names=names))


def _is_dropped(name: str, text: str) -> bool:
    """Return whether a control of this name exists and has another value than the address asked for."""
    # A list, for Streamlit raises an error when it is asked for a name that it keeps for itself.
    if name in READ_BY_PAGES or name not in list(st.session_state) or param(name) == text:
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
