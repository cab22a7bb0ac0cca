"""The transform: algorithm 1 on a batch that you can edit, forward, backward, and what it leaves alone."""

import streamlit as st

from bnviz.chapters.transform import parts, steps_part
from bnviz.chapters.transform.batch_part import batch_controls, batch_editor
from bnviz.ui.chapter import opening, section
from bnviz.ui.text import t
from bnviz.ui.widgets import choose

PARTS = {"coupling": parts.coupling, "steps": steps_part.steps, "undo": parts.undo, "shape": parts.shape}

opening("transform", "live")
section("transform.batch")
recipe, eps = batch_controls()
left, right = st.columns([1, 2])
done = batch_editor(left, recipe, eps)
if done is not None:
    with right:
        parts.batch_numbers(done)
    st.info(t("transform.batch.try"), icon=":material/touch_app:")
    PARTS[choose(st, "part", "transform.part", tuple(PARTS), "transform.parts")](done, recipe.seed)
