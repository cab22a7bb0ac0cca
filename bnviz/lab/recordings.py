"""Download of the recording of a run, and upload of a saved one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from bnviz.config import InputError
from bnviz.files import one_sentence
from bnviz.lab import viewer
from bnviz.text.plain import plain
from bnviz.ui.text import t, wrong_sentence

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from bnviz.live.session import Session

_KEY, _OPENED = "upload_recording", "bnviz.opened"
MAX_MB = 100


def drawer(session: Session) -> None:
    """Draw the download of this run and the upload of a recording."""
    with st.expander(t("lab.open"), key="drawer", icon=":material/folder_open:"):
        left, right = st.columns(2, vertical_alignment="bottom")
        right.file_uploader(t("lab.upload"), "npz", key=_KEY, help=t("lab.upload_help"), max_upload_size=MAX_MB)
        _open(session)
        with left:
            downloads(session, "drawer")


def downloads(session: Session, place: str) -> None:
    """Draw the buttons that save what the session shows: as a recording, and as a page of its own.

    Args:
        session: the visitor's session.
        place: where they stand on the page, for their keys.
    """
    ways = (
        (t("lab.save"), viewer.recording_bytes, "bnviz-run.npz", "application/octet-stream", None),
        (t("lab.save_page"), viewer.page_bytes, "bnviz-run.html", "text/html", t("lab.save_page_help")),
    )
    for label, content, name, mime, about in ways:
        st.download_button(
            label,
            partial(content, session),
            file_name=name,
            mime=mime,
            key=f"{place}-{name}",
            disabled=session.history is None,
            on_click="ignore",
            help=about,
            icon=":material/download:",
        )


def _open(session: Session) -> None:
    """Show an uploaded recording, once; an error message is kept until another file is uploaded."""
    state: Any = st.session_state
    upload = state.get(_KEY)
    if upload is None:
        return
    known, refusal = state.get(_OPENED, (None, None))
    if known != upload.file_id:
        refusal = _open_upload(session, upload)
        state[_OPENED] = (upload.file_id, refusal)
        st.rerun()
    if refusal is not None:
        st.error(t("lab.refused", error=wrong_sentence(refusal)))
    elif session.source == "recorded":
        st.info(t("lab.opened", name=plain(upload.name)))
        if session.history is not None and viewer.is_beyond_controls(session.history):
            st.info(t("sidebar.share_beyond"))


def _open_upload(session: Session, upload: UploadedFile) -> str | None:
    """Show an upload in the session; return the error message of a file that is refused, else None."""
    try:
        with one_sentence(upload.name, "a recording of bnviz"):
            viewer.open_recording(session, viewer.read_upload(upload.name, upload.getvalue()))
    except InputError as error:
        return str(error)
    return None
