"""What accompanies results: a note on their source, tables, and the button that computes a small version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from bnviz.files.provenance import command_of
from bnviz.progress import ProgressCallback
from bnviz.text.numbers import DOUBLE, is_rounding
from bnviz.ui.text import t


def recorded_note(provenance: Mapping[str, Any]) -> None:
    """Draw a note that the results beside it were recorded: when, with which versions, by which command."""
    command, torch = command_of(provenance["script"]), provenance["versions"]["torch"]
    words = escape(t("rerun.recorded", date=provenance["date"], torch=torch, script=command))
    badge = escape(t("chapter.badge.recorded"))
    st.html(f'<p class="bnviz-why"><span class="bnviz-badge bnviz-recorded">{badge}</span> {words}</p>')


def live_note() -> None:
    """Draw the badge of results that were computed now."""
    st.html(f'<span class="bnviz-badge bnviz-live">{escape(t("chapter.badge.live"))}</span>')


def run_button(key: str, inputs: Any, label: str, run: Callable[[ProgressCallback], Any]) -> Any:  # noqa: ANN401 - whatever the run gives
    """Draw a button that computes a result, with progress; return the newest one for these inputs or None.

    A click computes something. It is not Streamlit's own rerun of the page (``st.rerun``).

    Args:
        key: key of the button; the session keeps one result per key.
        inputs: what the result depends on; a result for other inputs is not returned.
        label: the button's words.
        run: takes a callback for progress, ``on_progress(done, total)``, and returns the result.
    """
    state: Any = st.session_state
    slot = f"bnviz.run_button.{key}"
    if st.button(label, key=key, icon=":material/play_arrow:"):
        bar = st.progress(0.0)

        def on_progress(done: int, total: int) -> None:
            bar.progress(done / total)

        state[slot] = (inputs, run(on_progress))
        bar.empty()
    newest = state.get(slot)
    return newest[1] if newest is not None and newest[0] == inputs else None


def deviation(value: float, precision: float = DOUBLE, size: float = 1.0) -> str:
    """Write how far two results of this size are apart; what is only rounding is said to be 0."""
    return t("results.rounding") if is_rounding(value, precision, size) else f"{value:.1e}"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Draw a small table; its cells may hold Markdown and formulas."""
    lines = [head, tuple("---" for _ in head), *rows]
    st.markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))
