"""How to read this: one section per panel, and the meaning of the words."""

import streamlit as st

from bnviz.ui.chapter import heading
from bnviz.ui.text import t

heading(t("nav.guide"))

for section in ("twins", "panels", "honesty", "words", "notation", "literature"):
    st.markdown(t(f"guide.{section}"))
