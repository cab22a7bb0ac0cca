"""The button of a long computation: its place in the queue, its progress, the time left, and Cancel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import streamlit as st

from bnviz.config import InputError
from bnviz.text.plain import plain_sentence
from bnviz.training.pace import Pace
from bnviz.training.shared import shared
from bnviz.training.tasks import CANCELLED, DONE, FAILED, QUEUED, Task, TaskRefusedError
from bnviz.ui.text import t
from bnviz.ui.visitor import page_is_open, visitor

PATIENCE_S = 0.25
"""So long a click waits for its task: a short one is drawn without a picture of its progress."""
_EVERY_S = 1.0


def task_button(
    key: str,
    inputs: object,
    label: str,
    work: Callable[[Task], object],
    icon: str = ":material/play_arrow:",
    tells_refusal: bool = True,
) -> Task | None:
    """Draw a button that computes in the queue of all; return the task for these inputs once it has ended, or None.

    A click computes something. It is not Streamlit's own rerun of the page (``st.rerun``). The page can be read on
    meanwhile, and left: the task continues until the page has not been shown for some minutes or its tab is closed.

    Args:
        key: key of the button; the session keeps one task per key.
        inputs: what the result depends on; a task for other inputs is not returned.
        label: the button's words.
        work: computes in a thread of its own, without Streamlit; ``Task.report`` takes its progress.
        icon: the button's icon.
        tells_refusal: whether an ``InputError`` is told here.
    """
    slot, state = slot_of(key), _state()
    held = _held(slot)
    under_way = held is not None and held[0] == inputs and held[1].running
    st.button(label, key=key, icon=icon, disabled=under_way, on_click=_start, args=(slot, inputs, work))
    if (refusal := state.pop(f"{slot}.refused", None)) is not None:
        st.warning(t(f"tasks.refused.{refusal[0]}", limit=refusal[1]))
    if held is None or held[0] != inputs:
        return None
    if under_way:
        _follow(slot)
        return None
    if held[1].state != DONE and (tells_refusal or not isinstance(held[1].error, InputError)):
        _tell_end(held[1])
    return held[1]


@contextmanager
def paced() -> Iterator[None]:
    """Compute what a page waits for in slices, under the permits of all, in the page's own thread.

    For what takes seconds at most; longer ones are tasks. It must not wait for another page that is paced too: a
    cached function that calls another cached one leaves it to that one.
    """
    with Pace(shared().permits.of(visitor().account), Event()):
        yield


def slot_of(key: str) -> str:
    """Return where the session keeps the task of a button."""
    return f"bnviz.task.{key}"


def progress_words(task: Task) -> str:
    """Return the words beside a task's bar: its place in the queue, or what is done and how long the rest takes."""
    if task.state == QUEUED:
        return t("tasks.waiting", place=max(1, task.position))
    left = task.seconds_left
    words = t("tasks.running", percent=f"{100 * task.share:.0f}")
    return words + ("" if left is None else t("tasks.left", seconds=f"{left:.0f}"))


def _start(slot: str, inputs: object, work: Callable[[Task], object]) -> None:
    state, held = _state(), _held(slot)
    if held is not None:
        held[1].cancel()  # for other inputs
    try:
        task = shared().tasks.start(work, visitor(), page_is_open())
    except TaskRefusedError as refused:
        state[f"{slot}.refused"] = (refused.reason, refused.limit)
        return
    state[slot] = (inputs, task)
    task.join(PATIENCE_S)


@st.fragment(run_every=_EVERY_S)
def _follow(slot: str) -> None:
    held = _held(slot)
    if held is None or not held[1].running:
        st.rerun()  # a rerun of the page stops the timer of this fragment
    task = held[1]
    task.keep_alive()
    bar, stop = st.columns([5, 1], vertical_alignment="center")
    bar.progress(task.share, progress_words(task))
    stop.button(t("tasks.cancel"), on_click=task.cancel, key=f"{slot}.cancel", width="stretch")


def _tell_end(task: Task) -> None:
    if task.state == FAILED:
        st.error(t("tasks.ended.failed", error=plain_sentence(task.failure)))
    elif task.state != CANCELLED:
        st.info(t(f"tasks.ended.{task.state}"))


def _held(slot: str) -> tuple[object, Task] | None:
    found: tuple[object, Task] | None = _state().get(slot)
    return found


def _state() -> Any:  # noqa: ANN401 - Streamlit's own type does not take keys that are no widgets'
    return st.session_state
