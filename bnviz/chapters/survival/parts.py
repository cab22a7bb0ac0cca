"""What the survival map has beyond its picture: any map, trained here or recorded, its cells and its rule."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.survival import cached, wording
from bnviz.chapters.survival.board_part import board
from bnviz.chapters.survival.controls import settings
from bnviz.ui.chapter import origin, predict, reason, section
from bnviz.ui.text import t


def explore() -> None:
    """Draw the settings, the map while it fills, and the rule that names the outcomes."""
    top = st.container()
    request = settings()
    with top:
        origin(cached.source(request))
    if request is not None:
        guessed = predict("survival.alive", ("all", "more", "same", "fewer"), cached.verdict(request))
        board(request, guessed)
    section("survival.rule")
    st.latex(wording.FORMULA)
    st.markdown(wording.rule())
    st.markdown(t("survival.rule.majority"))
    for key in ("survival.measured", "survival.rates", "survival.failed"):
        reason(key)
    if request is not None and request.blind_to_distance:
        reason("survival.layer")
