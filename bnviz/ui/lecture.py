"""Lecture mode: large type and nothing but the page, for a projector (``?lecture=true``)."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.ui.text import t
from bnviz.ui.url_state import param, set_param

NAME = "lecture"
ZOOM = 1.25
"""Factor by which the live view is enlarged."""

_ON, _PAGE = "bnviz.lecture", "bnviz.lecture_page"


def on() -> bool:
    """Return whether the page is drawn for a lecture."""
    return bool(st.session_state.get(_ON))


def zoom() -> float:
    """Return the factor by which pictures are enlarged."""
    return ZOOM if on() else 1.0


def sync_from_url(page: str) -> None:
    """Switch the mode on or off as the address says, before anything is drawn.

    A page that is opened from the menu starts with an empty address; there the mode is kept.

    Args:
        page: name of the page that is drawn.
    """
    state: Any = st.session_state
    moved = state.get(_PAGE) not in (None, page)
    state[_PAGE] = page
    if moved and on():
        set_param(NAME, "true")
    state[_ON] = param(NAME) == "true"


def switch() -> None:
    """Draw the button that enters the mode, in the header of every page; inside the mode, the one that leaves it."""
    if on():
        st.html('<span class="bnviz-lecture"></span>')
        st.button(t("lecture.leave"), key="lecture_leave", on_click=leave, shortcut="Esc", type="tertiary")
    else:
        st.button(
            t("lecture.enter"),  # read by screen readers; the style sheet shows only the icon
            key="lecture_enter",
            on_click=enter,
            help=t("lecture.help"),
            icon=":material/co_present:",
            type="tertiary",
        )


def enter() -> None:
    """Switch the mode on."""
    set_param(NAME, "true")


def leave() -> None:
    """Switch the mode off."""
    set_param(NAME, None)
