"""Recorded results and the button that runs a small form of them now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.ui.text import t

Number = TypeVar("Number", int, float)


def recorded_note(provenance: Mapping[str, Any]) -> None:
    """Say that what stands above or below was recorded: when, with which versions, by which script."""
    words = escape(
        t(
            "rerun.recorded",
            date=provenance["date"],
            torch=provenance["versions"]["torch"],
            script=provenance["script"],
        )
    )
    badge = escape(t("chapter.badge.recorded"))
    st.html(f'<p class="bnviz-why"><span class="bnviz-badge bnviz-recorded">{badge}</span> {words}</p>')


def live_note() -> None:
    """Say that what follows was computed now."""
    st.html(f'<span class="bnviz-badge bnviz-live">{escape(t("chapter.badge.live"))}</span>')


def rerun(key: str, about: Any, label: str, run: Callable[[Callable[[int, int], None]], Any]) -> Any:  # noqa: ANN401 - whatever the run gives
    """Draw a button that runs something with progress; return the newest result for this question, or None.

    Args:
        key: of the button; one result per key is kept with the session.
        about: what the result depends on; a result for something else is not returned.
        label: the button's words.
        run: takes a function to be told (done, total) and returns the result.
    """
    state: Any = st.session_state
    place = f"bnviz.rerun.{key}"
    if st.button(label, key=key, icon=":material/play_arrow:"):
        bar = st.progress(0.0)

        def told(done: int, total: int) -> None:
            bar.progress(done / total)

        state[place] = (about, run(told))
        bar.empty()
    kept = state.get(place)
    return kept[1] if kept is not None and kept[0] == about else None


def step(place: DeltaGenerator, key: str, label: str, values: Sequence[Number], value: Number) -> Number:
    """Draw a slider over a few values, kept in the address.

    Args:
        place: where.
        key: of the widget; also its name in the address.
        label: key of its words.
        values: what may be chosen, in order.
        value: the default.
    """
    return place.select_slider(
        t(label), values, value, key=key, bind="query-params", format_func=lambda each: f"{each:g}"
    )


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Draw a small table whose cells may hold formulas."""
    lines = [head, tuple("---" for _ in head), *rows]
    st.markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))
