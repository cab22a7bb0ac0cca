"""Relatives and beyond: other sets to take the mean over, and what each of them gives."""

import streamlit as st

from bnviz.chapters.relatives import axes_part as relatives_axes
from bnviz.chapters.relatives import compare_part as relatives_compare
from bnviz.chapters.relatives import studies_part as relatives_studies
from bnviz.ui.chapter import opening
from bnviz.ui.widgets import choose

PARTS = {
    "axes": (relatives_axes.draw, "live"),
    "compare": (relatives_compare.draw, "recorded"),
    "batches": (relatives_studies.batches, "recorded"),
    "recurrent": (relatives_studies.recurrent, "recorded"),
    "domain": (relatives_studies.domain, "recorded"),
    "dropout": (relatives_studies.dropout, "recorded"),
}

title = st.container()
draw, badge = PARTS[choose(st, "rel_part", "relatives.part", tuple(PARTS), "relatives.parts")]
with title:
    opening("relatives", badge)
draw()
