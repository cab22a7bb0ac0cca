"""The frame around every page: name, navigation, style. Streamlit runs this file for each visitor."""

from pathlib import Path

import streamlit as st

from bnviz.ui.text import t

ROOT = Path(__file__).resolve().parents[2]

# On a slide or a course page (?embed=true) the view is alone: no sidebar, no menu.
embedded = bool(st.context.is_embedded)
st.set_page_config(
    page_title=t("app.title"),
    page_icon=ROOT / "assets" / "icon.svg",
    layout="wide",
    initial_sidebar_state="collapsed" if embedded else "auto",
)
st.html(ROOT / "assets" / "css" / "app.css")

if embedded:
    st.html('<span class="bnviz-embedded"></span>')

page = st.navigation(
    [
        st.Page(ROOT / "pages" / "lab.py", title=t("nav.lab"), default=True),
        st.Page(ROOT / "pages" / "data.py", title=t("nav.data"), url_path="data"),
        st.Page(ROOT / "pages" / "guide.py", title=t("nav.guide"), url_path="guide"),
    ],
    position="hidden" if embedded else "top",
)
page.run()
