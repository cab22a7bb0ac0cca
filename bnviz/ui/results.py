"""What accompanies results: a note on their source, tables, and the button that computes a small version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from bnviz.files.provenance import command_of
from bnviz.progress import ProgressCallback
from bnviz.text.numbers import DOUBLE, is_rounding
from bnviz.ui.tasks import task_button
from bnviz.ui.text import t


def recorded_note(provenance: Mapping[str, Any]) -> None:
    """Draw a note that the results beside it were recorded: when, with which versions, by which command."""
    command, torch = command_of(provenance["script"]), provenance["versions"]["torch"]
    words = escape(t("rerun.recorded", date=provenance["date"], torch=torch, script=command))
    st.html(f'<p class="bnviz-why">{words}</p>')


def live_note() -> None:
    """Draw the badge of results that were computed now."""
    st.html(f'<span class="bnviz-badge bnviz-live">{escape(t("chapter.badge.live"))}</span>')


def run_button(
    key: str, inputs: object, label: str, run: Callable[[ProgressCallback], Any], icon: str = ":material/play_arrow:"
) -> Any:  # noqa: ANN401
    """Draw a button that computes a result in the queue of all; return the newest one for these inputs or None.

    What the run cannot compute with, the page says before it draws the button; what it raises, a sentence here.

    Args:
        key: key of the button, which no other page has.
        inputs: what the result depends on; a result for other inputs is not returned.
        label: the button's words.
        run: takes a callback for progress, ``on_progress(done, total)``, and returns the result.
        icon: the button's icon.
    """
    task = task_button(key, inputs, label, lambda task: run(task.report), icon)
    return None if task is None else task.result


def deviation(value: float, precision: float = DOUBLE, size: float = 1.0) -> str:
    """Write how far two results of this size are apart; what is only rounding is said to be 0."""
    return t("results.rounding") if is_rounding(value, precision, size) else f"{value:.1e}"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Draw a small table; its cells may hold Markdown and formulas."""
    lines = [head, tuple("---" for _ in head), *rows]
    st.markdown("\n".join("| " + " | ".join(line) + " |" for line in lines))
