"""The cards of the pitfalls: symptom, program, run, cure, discussions."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.pitfalls import snippets
from bnviz.ui.text import t
from bnviz.ui.url_state import load_into_widget, set_param

_DAY = 86_400
_RAN = "bnviz.pitfalls.ran"


@st.cache_data(max_entries=len(snippets.PITFALLS), ttl=_DAY, show_spinner=False)
def run(pitfall: str) -> snippets.Outcome:
    """Return the outcome of a pitfall's program, which runs at most once a day."""
    return snippets.run(pitfall)


def pick() -> str:
    """Draw the list of all pitfalls and return the chosen one; the address has it, too."""
    first = snippets.PITFALLS[0]
    load_into_widget("pitfall", snippets.PITFALLS, first)
    labels = {name: t(f"pitfalls.{name}.title") for name in snippets.PITFALLS}
    chosen = st.radio(t("pitfalls.choose"), snippets.PITFALLS, format_func=labels.__getitem__, key="pitfall")
    set_param("pitfall", chosen, first)
    return str(chosen)


def card(pitfall: str) -> None:
    """Draw one pitfall."""
    st.subheader(t(f"pitfalls.{pitfall}.title"), anchor=False)
    st.markdown(t("pitfalls.symptom", text=t(f"pitfalls.{pitfall}.symptom")))
    st.code(snippets.program(pitfall), language="python")
    ran: set[str] = st.session_state.setdefault(_RAN, set())
    if st.button(t("pitfalls.run"), key=f"run-{pitfall}", icon=":material/play_arrow:", type="primary"):
        ran.add(pitfall)
    if pitfall in ran:
        _outcome(pitfall)
    st.markdown(t("pitfalls.cure", text=t(f"pitfalls.{pitfall}.cure")))
    links = ", ".join(
        f"[{each.label}]({each.url})" if each.url else each.label for each in snippets.discussions(pitfall)
    )
    st.caption(t("pitfalls.threads", threads=links))


def _outcome(pitfall: str) -> None:
    with st.spinner(t("pitfalls.running"), show_time=True):
        outcome = run(pitfall)
    if outcome.ended == "ok":
        st.caption(t("pitfalls.output", seconds=f"{outcome.seconds:.1f}"))
        st.code(outcome.output, language=None, wrap_lines=True)
        return
    run.clear(pitfall)  # a failure is not kept
    st.session_state[_RAN].discard(pitfall)
    st.warning(t(f"pitfalls.{outcome.ended}"))
    if outcome.output:
        st.code(outcome.output, language=None, wrap_lines=True)


def cards() -> None:
    """Draw the list of 18 pitfalls, and the chosen one beside it."""
    left, right = st.columns([2, 3])
    with left:
        chosen = pick()
    with right:
        card(chosen)
