"""The tasks of the visitor who looks at the page: started here, before a reload, or in another tab."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.training.shared import shared
from bnviz.training.task import Task
from bnviz.training.task_book import HeldTask
from bnviz.ui.task_marks import PARAM, forget_lost
from bnviz.ui.url_state import all_params
from bnviz.ui.visitor import owner, page_is_open, page_name

_PAGE = "bnviz.page"


def enter_page(name: str) -> None:
    """Note which page is drawn now; the shell says so before it runs the page."""
    state: Any = st.session_state
    state[_PAGE] = name


def current_page() -> str:
    """Return the name of the page that is drawn now."""
    return str(st.session_state.get(_PAGE, ""))


def hold(key: str, inputs: object, task: Task, label: str, payload: object = None) -> None:
    """Note a task that this page has just started; see ``HeldTask``."""
    query = {name: text for name, text in all_params().items() if name != PARAM}
    shared().tasks.book.add(HeldTask(owner(), key, inputs, task, label, current_page(), query, payload))
    forget_lost(current_page(), key)


def newest(key: str) -> HeldTask | None:
    """Return the newest task of a button, for whatever inputs."""
    return next(reversed(shared().tasks.book.of(owner(), key)), None)


def found_for(key: str, inputs: object) -> HeldTask | None:
    """Return the newest task of a button for these inputs."""
    return shared().tasks.book.find(owner(), key, inputs)


def running_of(key: str) -> HeldTask | None:
    """Return the newest task of a button that has not ended, for whatever inputs."""
    return next((each for each in reversed(shared().tasks.book.of(owner(), key)) if each.task.running), None)


def running_on(page: str) -> list[HeldTask]:
    """Return the tasks that were started on a page and have not ended."""
    return [each for each in shared().tasks.book.of(owner()) if each.page == page and each.task.running]


def cancel_unwatched(key: str) -> None:
    """Cancel what a button started before, unless another tab shows it."""
    for each in shared().tasks.book.of(owner(), key):
        if not each.task.is_watched_elsewhere(page_name()):
            each.task.cancel()


def show(held: HeldTask) -> None:
    """Note that this page shows a task, which continues as long as a page does."""
    held.task.watch(page_name(), page_is_open())


def forget(held: HeldTask) -> None:
    """Forget an ended task."""
    shared().tasks.book.remove(held)
