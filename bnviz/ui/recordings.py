"""Saving what was measured, and opening what somebody else saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from bnviz.config import InputError
from bnviz.ui import viewer
from bnviz.ui.text import t

if TYPE_CHECKING:
    from bnviz.live.session import Session

_KEY, _OPENED = "upload_recording", "bnviz.opened"
MOST_MB = 100


def drawer(session: Session) -> None:
    """Draw the download of this run and the upload of a recording."""
    with st.expander(t("lab.open"), icon=":material/folder_open:"):
        left, right = st.columns(2, vertical_alignment="bottom")
        right.file_uploader(
            t("lab.upload"), "npz", key=_KEY, help=t("lab.upload_help"), max_upload_size=MOST_MB
        )
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
    """Show an uploaded recording, once."""
    state: Any = st.session_state
    upload = state.get(_KEY)
    if upload is None:
        return
    if state.get(_OPENED) != upload.file_id:
        state[_OPENED] = upload.file_id
        try:
            viewer.open_recording(session, viewer.opened(upload.name, upload.getvalue()))
        except InputError as error:
            st.error(t("lab.refused", error=str(error).rstrip(".")))
            return
        st.rerun()
    if session.source == "recorded":
        st.info(t("lab.opened", name=upload.name))
