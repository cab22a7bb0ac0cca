"""The frame around every page: name, navigation, style. Streamlit runs this file for each visitor."""

from pathlib import Path

import streamlit as st

from bnviz.text.titles import page_title
from bnviz.ui import address_note, lecture, menu, task_line, text, torch_import
from bnviz.ui.text import t, wrong_sentence
from bnviz.ui.url_state import drop_other_numbers

ROOT = Path(__file__).resolve().parents[2]

text.keep_values_across_languages()

# On a slide or a course page (?embed=true) the view is alone: no sidebar, no menu.
embedded = bool(st.context.is_embedded)
# In a narrow window the controls wait until they are asked for: page.js says so before Streamlit starts.
narrow = st.context.cookies.get("bnviz_narrow") == "1"
st.set_page_config(
    page_icon=ROOT / "assets" / "icon.svg",
    layout="wide",
    initial_sidebar_state="collapsed" if embedded or narrow else "auto",
)

if embedded:
    st.html('<span class="bnviz-embedded"></span>')

sections = {
    t(f"nav.section.{section}"): [
        st.Page(
            menu.path(name), title=t(f"nav.{name}"), url_path=None if name == "lab" else name, default=name == "lab"
        )
        for name in menu.present(names)
    ]
    for section, names in menu.MENU.items()
}
page = st.navigation(
    {title: pages for title, pages in sections.items() if pages}, position="hidden" if embedded else "top"
)
st.set_page_config(page_title=page_title(page.url_path or "lab", text.language()))
lecture.sync_from_url(page.url_path)
name, wrong, top = page.url_path or "lab", st.empty(), st.empty()
address_note.begin(name)
drop_other_numbers()
task_line.begin(name)
try:
    page.run()
    address_note.end(wrong, name)
    task_line.end(top, name)
except (ImportError, OSError):
    if (reason := torch_import.why_not()) is None:
        raise
    st.error(t("app.without_torch", error=wrong_sentence(reason)))
finally:
    # After the page in the order of the Tab key; on the screen they stand in the header.
    with st.container(key="header_tools", horizontal=True, gap="small"):
        lecture.switch()
        text.choose_language()
