"""The parts of the page on data: the list with its buttons, and the progress of a fetch."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.data.fetching import Fetching
from bnviz.chapters.data.upload_part import is_asked, remove_button, upload
from bnviz.config.limits import limits
from bnviz.data import data_status, dataset_names
from bnviz.lab.settings import remember_field
from bnviz.text.plain import plain
from bnviz.ui.chapter import heading
from bnviz.ui.datasets import NOT_HERE, dataset_label, status_words, visible_files
from bnviz.ui.text import t, wrong_sentence
from bnviz.ui.visitor import visitor

_FETCHING, _FETCHED = "bnviz.fetching", "bnviz.fetched"
_LAB = "../../pages/lab.py"  # as seen from shell.py


def catalog() -> None:
    """Draw one line per data set: its name, its state, and a button to fetch or use it."""
    job: Fetching | None = st.session_state.get(_FETCHING)
    if job is not None:
        _progress()
    _report()
    for name in (*dataset_names(), *visible_files()):
        _line(name, busy=job is not None and job.state == "fetching")


def _plain_label(name: str) -> str:
    return plain(dataset_label(name))


def _line(name: str, busy: bool) -> None:
    label, status, action = st.columns([5, 4, 5], vertical_alignment="center")
    label.markdown(_plain_label(name))
    status.caption(status_words(name))
    if name in dataset_names() and data_status(name).state == NOT_HERE:
        action.button(t("data.fetch"), key=f"fetch-{name}", on_click=_start, args=(name,), disabled=busy)
        return
    with action.container(horizontal=True):
        if not is_asked(name) and st.button(t("data.use"), key=f"use-{name}"):
            remember_field(st.session_state, "dataset", name)  # type: ignore[arg-type]
            st.switch_page(_LAB)
        if name not in dataset_names() and data_status(name, visitor().name).state == "yours":
            remove_button(name)


def _start(name: str) -> None:
    st.session_state.pop(_FETCHED, None)
    st.session_state[_FETCHING] = Fetching(name)


@st.fragment(run_every=0.5)
def _progress() -> None:
    job: Fetching | None = st.session_state.get(_FETCHING)
    if job is None:
        return
    if job.state == "fetching":
        words = t("data.fetching", name=_plain_label(job.name), percent=f"{100 * job.share:.0f}")
        st.progress(job.share, words)
        st.button(t("data.cancel"), on_click=job.cancel)
        return
    del st.session_state[_FETCHING]
    st.session_state[_FETCHED] = (job.state, job.name, job.error)
    st.rerun()


def _report() -> None:
    """Draw how the last fetch ended, until the next one starts."""
    state, name, error = st.session_state.get(_FETCHED, ("", "", ""))
    if state == "done":
        st.success(t("data.done", name=_plain_label(name)))
    elif state == "cancelled":
        st.info(t("data.cancelled", name=_plain_label(name)))
    elif state == "failed":
        st.error(t("data.failed", name=_plain_label(name), error=wrong_sentence(error)))


def data_page() -> None:
    """Draw the catalog of data sets and the visitor's own upload."""
    heading(t("data.title"))
    st.caption(t("data.intro"))
    with st.container(horizontal=True, key="data_columns"):
        with st.container():
            catalog()
        with st.container():
            st.subheader(t("data.own"), anchor=False)
            st.caption(t("data.own_text"))
            st.caption(_who_sees_it())
            upload()


def _who_sees_it() -> str:
    """Return a sentence: who sees an upload, how long it is kept, and how many a visitor may have."""
    allowed = limits()
    if allowed.shared_uploads:
        return t("data.for_everyone")
    hours, count, mb = f"{allowed.upload_hours:g}", allowed.uploads_per_visitor, allowed.upload_mb_per_visitor
    return t("data.for_you", hours=hours, n=count, mb=f"{mb:,}")
