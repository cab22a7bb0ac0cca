"""The line at the top of a page that tells of its tasks: what is under way further down, and what was lost."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.training.task_book import HeldTask
from bnviz.ui import task_marks, task_shelf
from bnviz.ui.task_words import progress_words
from bnviz.ui.text import t

_DRAWN = "bnviz.task_buttons"
_EVERY_S = 1.0
_PROGRESS = "\ue000"  # of Unicode's private use area: it stands for the progress


def begin(page: str) -> None:
    """Begin a run of a page: nothing is drawn, and what its address tells is read."""
    state: Any = st.session_state
    state[_DRAWN] = {}
    task_shelf.enter_page(page)
    task_marks.read(page)


def note_drawn(key: str, label: str) -> None:
    """Note that the page has the button of a task."""
    st.session_state.setdefault(_DRAWN, {})[key] = label


def anchor_of(key: str) -> str:
    """Return the name of the place on the page where the progress of a button's task is."""
    return f"task-{key}"


def end(place: DeltaGenerator, page: str) -> None:
    """End a run of a page: draw the line, if there is something to tell, and let the address tell it too."""
    running, lost = task_shelf.running_on(page), task_marks.lost_on(page)
    task_marks.write([held.key for held in running])
    if not running and not lost:
        return
    drawn: dict[str, str] = st.session_state[_DRAWN]
    with place.container(key="tasks_here"):
        for key, reason in lost.items():
            if key in drawn:
                line(t(f"tasks.lost.{reason}", label=drawn[key]), f"#{anchor_of(key)}", t("tasks.lost_link"))
            else:
                line(t(f"tasks.lost.{reason}_unnamed"))
        if running:
            _running(page, [held.task.number for held in running], drawn)


@st.fragment(run_every=_EVERY_S)
def _running(page: str, numbers: list[int], drawn: dict[str, str]) -> None:
    held = task_shelf.running_on(page)
    if [each.task.number for each in held] != numbers:
        st.rerun()
    for each in held:
        task_shelf.show(each)
        words = t("tasks.here", label=drawn.get(each.key, each.label), progress=_PROGRESS)
        # assets/page/page.js lets it say what the bar says: fragments are drawn one after the other.
        progress = f'<span data-bar="{escape(anchor_of(each.key))}">{escape(progress_words(each.task))}</span>'
        _line(escape(words).replace(_PROGRESS, progress), _address(each, each.key in drawn), t("tasks.here_link"))


def _address(held: HeldTask, is_drawn: bool) -> str:
    """Return the address of a task's progress: on the page as it is, or as it was when the task was started."""
    anchor = f"#{anchor_of(held.key)}"
    return anchor if is_drawn else f"?{urlencode(held.query)}{anchor}"


def line(words: str, address: str = "", link: str = "") -> None:
    """Draw a line at the top of a page; its link is its own element, which other words leave in its place."""
    _line(escape(words), address, link)


def _line(html: str, address: str, link: str) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.html(f'<p class="bnviz-task-line">{html}</p>', width="content")
        if address:
            st.html(
                f'<a class="bnviz-task-link" href="{escape(address)}" target="_self">{escape(link)}</a>',
                width="content",
            )
