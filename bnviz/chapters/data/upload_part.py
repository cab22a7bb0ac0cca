"""The visitor's own upload: it is decoded in the queue of all, and can be stopped until it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from bnviz.config.limits import limits
from bnviz.data import remove_upload, save_upload
from bnviz.data.limits import MAX_FILE_BYTES
from bnviz.files import one_sentence
from bnviz.text.plain import plain
from bnviz.training.shared import shared
from bnviz.training.task import Task
from bnviz.training.tasks import TaskRefusedError
from bnviz.ui.datasets import dataset_label
from bnviz.ui.task_words import progress_words
from bnviz.ui.text import t, wrong_sentence
from bnviz.ui.uploaded_files import let_go
from bnviz.ui.visitor import page_is_open, visitor

_KEEPING, _TOLD, _TURN = "bnviz.keeping", "bnviz.uploaded", "bnviz.upload_turn"
_ASKED = "bnviz.remove_asked"
_PATIENCE_S = 0.25
"""So long a page waits for an upload: a small one is kept before its progress is drawn."""
MAX_MB = MAX_FILE_BYTES // 2**20


@dataclass(frozen=True, slots=True)
class Keeping:
    """An upload that is being decoded.

    Attributes:
        file_id: which file of the widget it is.
        name: its name.
        task: what decodes it; its result is the name of the data set.
    """

    file_id: str
    name: str
    task: Task


def upload() -> None:
    """Draw the upload: the widget, the progress of its file, and the result of the last one."""
    state = _state()
    turn = state.get(_TURN, 0)
    # Another widget after each file that was kept: this one would go on to show it.
    given = st.file_uploader(t("data.upload"), ["npz", "zip"], key=f"upload_data{turn or ''}", max_upload_size=MAX_MB)
    keeping: Keeping | None = state.get(_KEEPING)
    if given is not None and (keeping is None or keeping.file_id != given.file_id):
        keeping = _start(given, keeping)
    if keeping is None:
        _tell()
    elif keeping.task.running:
        if given is None:  # taken out of the widget again
            keeping.task.cancel()
        _follow()
    else:
        _end(keeping)
        st.rerun()


def is_asked(name: str) -> bool:
    """Return whether the visitor is asked if an upload shall be removed."""
    return bool(_state().get(_ASKED) == name)


def remove_button(name: str) -> None:
    """Draw the button that removes one of the visitor's own uploads, which nothing brings back: it asks first."""
    if not is_asked(name):
        st.button(
            t("data.remove"),
            key=f"remove-{name}",
            icon=":material/delete:",
            on_click=_ask,
            args=(name,),
            type="tertiary",
        )
        return
    st.button(t("data.remove_sure"), key=f"remove_sure-{name}", on_click=_remove, args=(name, visitor().name))
    st.button(t("data.remove_not"), key=f"remove_not-{name}", on_click=_ask, args=("",), type="tertiary")


def _ask(name: str) -> None:
    _state()[_ASKED] = name


def _start(given: UploadedFile, former: Keeping | None) -> Keeping | None:
    """Put a file into the queue; where there is no place, say so and leave it in the widget for another try."""
    if former is not None:
        former.task.cancel()
    state, who = _state(), visitor()
    state.pop(_TOLD, None)
    owner = None if limits().shared_uploads else who.name
    try:
        task = shared().tasks.start(partial(_keep, given, owner, who.address), who, page_is_open())
    except TaskRefusedError as refused:
        state.pop(_KEEPING, None)
        st.warning(t(f"tasks.refused.{refused.reason}", limit=refused.limit))
        return None
    state[_KEEPING] = keeping = Keeping(given.file_id, given.name, task)
    task.join(_PATIENCE_S)
    return keeping


def _keep(given: UploadedFile, owner: str | None, network: str, task: Task) -> str:
    with one_sentence(given.name, "a data set: an .npz, or a .zip of an image folder"):
        return save_upload(given.name, given, owner, network, task.report)


@st.fragment(run_every=0.5)
def _follow() -> None:
    keeping: Keeping | None = _state().get(_KEEPING)
    if keeping is None or not keeping.task.running:
        st.rerun()  # of the page, which stops the timer of this fragment
    keeping.task.keep_alive()
    bar, stop = st.columns([5, 1], vertical_alignment="center")
    bar.progress(keeping.task.share, progress_words(keeping.task))
    stop.button(t("tasks.cancel"), on_click=keeping.task.cancel, key="upload.cancel", width="stretch")


def _end(keeping: Keeping) -> None:
    """Note how it ended, and let the file go: the data set is kept on the disk now, or refused."""
    state, task = _state(), keeping.task
    state[_TOLD] = keeping.name, task.state, str(task.result or ""), task.failure
    state.pop(_KEEPING, None)
    state[_TURN] = state.get(_TURN, 0) + 1
    let_go(keeping.file_id)


def _tell() -> None:
    name, ending, kept, failure = _state().get(_TOLD, ("", "", "", ""))
    if kept:
        st.success(t("data.accepted", name=plain(dataset_label(kept))))
    elif failure:
        st.error(t("data.refused", error=wrong_sentence(failure)))
    elif ending:
        st.info(t(f"tasks.ended.{ending}") if ending != "cancelled" else t("data.stopped", name=plain(name)))


def _remove(name: str, owner: str) -> None:
    _ask("")
    if remove_upload(name, owner):
        _state().pop(_TOLD, None)


def _state() -> Any:  # noqa: ANN401 - Streamlit's own type does not take keys that are no widgets'
    return st.session_state
