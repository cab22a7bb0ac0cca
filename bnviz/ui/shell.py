"""The frame around every page: name, navigation, style. Streamlit runs this file for each visitor."""

from pathlib import Path

import streamlit as st

from bnviz.ui.text import t

ROOT = Path(__file__).resolve().parents[2]

st.set_page_config(page_title=t("app.title"), page_icon=ROOT / "assets" / "icon.svg", layout="wide")
st.html(ROOT / "assets" / "css" / "app.css")

page = st.navigation(
    [
        st.Page(ROOT / "pages" / "lab.py", title=t("nav.lab"), default=True),
        st.Page(ROOT / "pages" / "data.py", title=t("nav.data"), url_path="data"),
        st.Page(ROOT / "pages" / "guide.py", title=t("nav.guide"), url_path="guide"),
    ],
    position="top",
)
page.run()
