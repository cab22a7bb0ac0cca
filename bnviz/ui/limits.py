"""The link from a verdict to what such runs cannot show."""

from __future__ import annotations

import streamlit as st

from bnviz.ui import menu
from bnviz.ui.text import t


def limits_link() -> None:
    """Draw a link to the page on limits: it stands below every verdict."""
    st.page_link(menu.path("limits"), label=t("limits.link"), icon=":material/info:")
