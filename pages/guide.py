"""How to read this: one section a panel, and what the words mean."""

import streamlit as st

from bnviz.ui.text import t

for section in ("twins", "panels", "honesty", "words", "literature"):
    st.markdown(t(f"guide.{section}"))
