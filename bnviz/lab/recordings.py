"""Saving what was measured, and opening what somebody else saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from bnviz.config import InputError
from bnviz.lab import viewer
from bnviz.ui.text import t

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from bnviz.live.session import Session

_KEY, _OPENED = "upload_recording", "bnviz.opened"
MOST_MB = 100


def drawer(session: Session) -> None:
    """Draw the download of this run and the upload of a recording."""
    with st.expander(t("lab.open"), key="drawer", icon=":material/folder_open:"):
        left, right = st.columns(2, vertical_alignment="bottom")
        right.file_uploader(t("lab.upload"), "npz", key=_KEY, help=t("lab.upload_help"), max_upload_size=MOST_MB)
        _open(session)
        left.download_button(
            t("lab.save"),
            lambda: viewer.saved(session),
            file_name="bnviz-run.npz",
            mime="application/octet-stream",
            disabled=session.history is None,
            on_click="ignore",
            icon=":material/download:",
        )


def _open(session: Session) -> None:
    """Show an uploaded recording, once; a refusal stays until another file is given."""
    state: Any = st.session_state
    upload = state.get(_KEY)
    if upload is None:
        return
    known, refusal = state.get(_OPENED, (None, None))
    if known != upload.file_id:
        refusal = _take(session, upload)
        state[_OPENED] = (upload.file_id, refusal)
        st.rerun()
    if refusal is not None:
        st.error(t("lab.refused", error=refusal.rstrip(".")))
    elif session.source == "recorded":
        st.info(t("lab.opened", name=upload.name))


def _take(session: Session, upload: UploadedFile) -> str | None:
    """Open an upload in the session; return why not, if so."""
    try:
        viewer.open_recording(session, viewer.opened(upload.name, upload.getvalue()))
    except InputError as error:
        return str(error)
    return None
