"""Ten misconceptions about batch normalization, each with a short experiment."""

import streamlit as st

from bnviz.ledger import misconceptions, recorded
from bnviz.ledger.misconception_cards import card
from bnviz.ledger.parts import reset
from bnviz.ui import menu
from bnviz.ui.chapter import opening
from bnviz.ui.results import recorded_note
from bnviz.ui.text import t

opening("misconceptions", "recorded")
recorded_note(recorded().provenance)
for number, which in enumerate(misconceptions(), 1):
    card(number, which)
reset()
st.page_link(menu.path("claims"), label=t("misconceptions.ledger"), icon=":material/arrow_forward:")
