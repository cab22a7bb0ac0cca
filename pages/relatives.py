"""Relatives and beyond: other sets to take the mean over, and what each of them gives."""

import streamlit as st

from bnviz.ui import relatives_axes
from bnviz.ui.chapter import opening
from bnviz.ui.chapter_controls import choose

PARTS = {"axes": (relatives_axes.draw, "live")}

title = st.container()
draw, badge = PARTS[choose(st, "rel_part", "relatives.part", tuple(PARTS), "relatives.parts")]
with title:
    opening("relatives", badge)
draw()
