"""Lecture mode: large type and nothing but the page, for a projector (``?lecture=true``)."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.ui.text import t

NAME = "lecture"
ZOOM = 1.25
"""How much larger the live view is drawn."""

_ON, _PAGE = "bnviz.lecture", "bnviz.lecture_page"


def on() -> bool:
    """Tell whether the page is drawn for a lecture."""
    return bool(st.session_state.get(_ON))


def zoom() -> float:
    """Return by what factor pictures are larger than usual."""
    return ZOOM if on() else 1.0


def arrive(page: str) -> None:
    """Bring the mode and the address together, before anything is drawn.

    The address decides; but another page starts with an address of its own, and the mode goes along.

    Args:
        page: which page this is.
    """
    state: Any = st.session_state
    moved = state.get(_PAGE) not in (None, page)
    state[_PAGE] = page
    if moved and on():
        st.query_params[NAME] = "true"
    state[_ON] = st.query_params.get(NAME) == "true"


def switch() -> None:
    """Draw the way into the mode, in the header of every page; in the mode, its mark and the way out."""
    if on():
        st.html('<span class="bnviz-lecture"></span>')
        st.button(t("lecture.leave"), key="lecture_leave", on_click=leave, shortcut="Esc", type="tertiary")
    else:
        st.button(
            t("lecture.enter"),  # for those who hear it; the style sheet leaves the icon
            key="lecture_enter",
            on_click=enter,
            help=t("lecture.help"),
            icon=":material/co_present:",
            type="tertiary",
        )


def enter() -> None:
    """Switch the mode on."""
    st.query_params[NAME] = "true"


def leave() -> None:
    """Switch the mode off."""
    if NAME in st.query_params:
        del st.query_params[NAME]
