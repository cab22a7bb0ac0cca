"""The frame around every page: name, navigation, style. Streamlit runs this file for each visitor."""

from pathlib import Path

import streamlit as st

from bnviz.ui.text import choose_language, t

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

# Section of the menu -> its pages; a file's name is its words' key and its address.
MENU = {
    "lab": ("lab",),
    "understand": ("transform", "saturation", "gradients", "whitening"),
    "practice": ("initialization", "inference", "regularization", "pitfalls"),
    "more": ("data", "guide"),
}

sections = {
    t(f"nav.section.{section}"): [
        st.Page(
            ROOT / "pages" / f"{name}.py",
            title=t(f"nav.{name}"),
            url_path=None if name == "lab" else name,
            default=name == "lab",
        )
        for name in names
        if (ROOT / "pages" / f"{name}.py").is_file()
    ]
    for section, names in MENU.items()
}
page = st.navigation(
    {title: pages for title, pages in sections.items() if pages}, position="hidden" if embedded else "top"
)
choose_language()
page.run()
