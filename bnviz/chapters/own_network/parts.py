"""The page "Your own network": three doors, what they open, and until then an example."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.chapters.own_network import checkpoint_part, recording_part, report_part
from bnviz.chapters.own_network.snippets import SNIPPETS
from bnviz.ui.chapter import opening
from bnviz.ui.text import t
from bnviz.ui.widgets import choose

DOORS: Mapping[str, Callable[[DeltaGenerator], None]] = {
    "recording": recording_part.draw,
    "report": report_part.draw,
    "checkpoint": checkpoint_part.draw,
}
"""What draws the upload of a door, in the given place, and what was opened, by the door's name in the address."""


def own_network_page() -> None:
    """Draw the opening, the choice of a door, how to get its file, the upload, and what it opens."""
    opening("own_network", "recorded")
    left, right = st.columns([2, 3], gap="large")
    door = choose(left, "door", "own_network.door.label", tuple(DOORS), "own_network.doors")
    left.markdown(t(f"own_network.door.{door}"))
    with right:
        _code(door)
    DOORS[door](left)


def _code(door: str) -> None:
    """Draw the lines of code that make a door's file, one tab per place where they run."""
    places = SNIPPETS[door]
    st.caption(t(f"own_network.code.{door}"))
    for tab, (code, language) in zip(
        st.tabs([t(f"own_network.place.{place}") for place in places]), places.values(), strict=True
    ):
        tab.code(code, language=language)
