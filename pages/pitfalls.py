"""Pitfalls, each with a program that shows it, and the current experiment in three frameworks."""

import streamlit as st

from bnviz.chapters.pitfalls import frameworks_part as frameworks
from bnviz.chapters.pitfalls import parts as pitfalls
from bnviz.ui.chapter import opening, section
from bnviz.ui.widgets import choose


def cards() -> None:
    """18 pitfalls: a list, and the chosen one beside it."""
    left, right = st.columns([2, 3])
    with left:
        chosen = pitfalls.pick()
    with right:
        pitfalls.card(chosen)


def side_by_side() -> None:
    """The current experiment in PyTorch, Keras and JAX."""
    section("frameworks")
    experiment, arm, framework = frameworks.pick()
    frameworks.table(experiment, arm)
    frameworks.code(experiment, arm, framework)


PARTS = {"cards": cards, "frameworks": side_by_side}

opening("pitfalls", "live")
PARTS[choose(st, "pit_part", "pitfalls.part", tuple(PARTS), "pitfalls.parts")]()
