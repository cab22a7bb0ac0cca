"""The files that Streamlit keeps in memory for open pages: which there are, and how they are let go."""

from __future__ import annotations

from typing import Any

from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx


class UploadedFiles:
    """What Streamlit's uploads hold, for ``bnviz.web.upload_limits``; safe from any thread."""

    def held(self) -> dict[tuple[str, str], int]:
        """Return the bytes of every file, by the page's session and the file's name there."""
        store = _store()
        if store is None:
            return {}
        with store._lock:  # the store has no way of its own to be looked at whole
            return {
                (session, name): len(file.data)
                for session, files in store.file_storage.items()
                for name, file in files.items()
            }

    def remove(self, session: str, name: str) -> None:
        """Let a file go, if it is there."""
        store = _store()
        if store is not None:
            store.remove_file(session, name)


def let_go(file_id: str) -> None:
    """Let a file of the present page go: what has been read from it is kept elsewhere."""
    context = get_script_run_ctx()
    if context is not None and exists():
        UploadedFiles().remove(context.session_id, file_id)


def _store() -> Any | None:  # noqa: ANN401 - Streamlit's type names only what its widgets need
    if not exists():
        return None
    return getattr(get_instance(), "uploaded_file_mgr", None)
