"""Data: what the networks can learn from, fetched only when asked, and the visitor's own."""

import streamlit as st

from bnviz.chapters.data import parts as data_page
from bnviz.ui.text import t

st.subheader(t("data.title"), anchor=False)
st.caption(t("data.intro"))
data_page.catalog()
st.subheader(t("data.own"), anchor=False)
st.caption(t("data.own_text"))
data_page.upload()
