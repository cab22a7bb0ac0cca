"""The button of a long computation: its place in the queue, its progress, the time left, and Cancel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from threading import Event
from typing import Any

import streamlit as st

from bnviz.training.pace import Pace
from bnviz.training.shared import shared
from bnviz.training.task import CANCELLED, DONE, FAILED, Task
from bnviz.training.task_book import HeldTask
from bnviz.training.tasks import TaskRefusedError
from bnviz.ui import task_line, task_marks, task_shelf
from bnviz.ui.task_words import progress_words
from bnviz.ui.text import t, wrong_sentence
from bnviz.ui.visitor import page_is_open, page_name, visitor

PATIENCE_S = 0.25
"""So long a click waits for its task: a short one is drawn without a picture of its progress."""
_EVERY_S = 1.0

Work = Callable[[Task], object]


def task_button(key: str, inputs: object, label: str, work: Work, icon: str = ":material/play_arrow:") -> Task | None:
    """Draw a button that computes in the queue of all; return the task for these inputs once it has ended, or None.

    A click computes something. It is not Streamlit's own rerun of the page (``st.rerun``). The page can be read on
    meanwhile, reloaded and left: the task continues until it has not been shown for some minutes or its tabs are
    closed. One for other inputs is shown too, as long as it has not ended.

    Args:
        key: key of the button, which no other page has.
        inputs: what the result depends on; a task for other inputs is not returned.
        label: the button's words.
        work: computes in a thread of its own, without Streamlit; ``Task.report`` takes its progress.
        icon: the button's icon.
    """
    held = task_shelf.found_for(key, inputs)
    task_line.note_drawn(key, label)
    is_under_way = held is not None and held.task.running
    start = {"on_click": _start, "args": (key, inputs, label, work)}
    st.button(label, key=key, icon=icon, disabled=is_under_way, **start)  # type: ignore[arg-type]
    if (refused := _state().pop(f"{slot_of(key)}.refused", None)) is not None:
        st.warning(t(f"tasks.refused.{refused[0]}", limit=refused[1]))
    if held is None or not is_under_way:
        other = task_shelf.running_of(key)
        if other is not None:
            _follow(other, t("tasks.other"))
        elif held is None:
            tell_lost(key, label)
    if held is None:
        return None
    task_shelf.show(held)
    if held.task.running:
        _follow(held, "")
        return None
    if held.task.state != DONE:
        _tell_end(held.task)
    return held.task


@contextmanager
def paced() -> Iterator[None]:
    """Compute what a page waits for in slices, under the permits of all, in the page's own thread.

    For what takes seconds at most; longer ones are tasks. It must not wait for another page that is paced too: a
    cached function that calls another cached one leaves it to that one.
    """
    with Pace(shared().permits.of(visitor().account), Event()):
        yield


def slot_of(key: str) -> str:
    """Return the prefix of what the session keeps for a button."""
    return f"bnviz.task.{key}"


def tell_lost(key: str, label: str) -> None:
    """Say that the task of a button was lost, if it was: a press of the button starts it again."""
    reason = task_marks.lost_on(task_shelf.current_page()).get(key)
    if reason is not None:
        anchor(key)
        st.warning(t(f"tasks.lost.{reason}", label=label))


def anchor(key: str) -> None:
    """Draw the place that the line at the top of the page leads to."""
    st.html(f'<span class="bnviz-anchor" id="{escape(task_line.anchor_of(key))}"></span>')


def _start(key: str, inputs: object, label: str, work: Work) -> None:
    present = task_shelf.found_for(key, inputs)
    if present is not None and present.task.running:  # another tab has started it
        return
    task_shelf.cancel_unwatched(key)
    try:
        task = shared().tasks.start(work, visitor(), page_is_open(), page_name())
    except TaskRefusedError as refused:
        _state()[f"{slot_of(key)}.refused"] = (refused.reason, refused.limit)
        return
    task_shelf.hold(key, inputs, task, label)
    task.join(PATIENCE_S)


@st.fragment(run_every=_EVERY_S)
def _follow(held: HeldTask, beside: str) -> None:
    task = held.task
    if not task.running:
        st.rerun()  # a rerun of the page stops the timer of this fragment
    task_shelf.show(held)
    anchor(held.key)
    bar, stop = st.columns([5, 1], vertical_alignment="center")
    bar.progress(task.share, progress_words(task) + beside)
    stop.button(t("tasks.cancel"), on_click=task.cancel, key=f"{slot_of(held.key)}.cancel", width="stretch")


def _tell_end(task: Task) -> None:
    if task.state == FAILED:
        st.error(t("tasks.ended.failed", error=wrong_sentence(task.failure)))
    elif task.state != CANCELLED:
        st.info(t(f"tasks.ended.{task.state}"))


def _state() -> Any:  # noqa: ANN401 - Streamlit's own type does not take keys that are no widgets'
    return st.session_state
