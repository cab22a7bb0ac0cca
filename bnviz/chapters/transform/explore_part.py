"""What the chapter has beyond its picture: a batch of numbers to edit, and four closer looks at it."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.transform import parts, steps_part
from bnviz.chapters.transform.batch_part import batch_controls, batch_editor
from bnviz.ui.chapter import section
from bnviz.ui.text import t
from bnviz.ui.widgets import choose

PARTS = {"coupling": parts.coupling, "steps": steps_part.steps, "undo": parts.undo, "shape": parts.shape}


def explore() -> None:
    """Draw the batch, its numbers, and the part that is chosen."""
    section("transform.batch")
    recipe, eps = batch_controls()
    left, right = st.columns([1, 2])
    done = batch_editor(left, recipe, eps)
    if done is None:
        return
    with right:
        parts.batch_numbers(done)
    st.info(t("transform.batch.try"), icon=":material/touch_app:")
    PARTS[choose(st.container(), "part", "transform.part", tuple(PARTS), "transform.parts")](done, recipe.seed)
