"""Survival map: which nets live over two settings, without BN and with it, filling in as they train."""

import streamlit as st

from bnviz.chapters.survival import cached as runs
from bnviz.chapters.survival import wording as words
from bnviz.chapters.survival.board_part import board
from bnviz.chapters.survival.controls import settings
from bnviz.ui.chapter import opening, predict, reason, section
from bnviz.ui.text import t

title = st.container()
request = settings()
with title:
    opening("survival", runs.source(request))
if request is not None:
    guessed = predict("survival.alive", ("all", "more", "same", "fewer"), runs.verdict(request))
    board(request, guessed)
section("survival.rule")
st.latex(words.FORMULA)
st.markdown(words.rule())
st.markdown(t("survival.rule.majority"))
for key in ("survival.measured", "survival.rates", "survival.failed"):
    reason(key)
if request is not None and request.blind_to_distance:
    reason("survival.layer")
