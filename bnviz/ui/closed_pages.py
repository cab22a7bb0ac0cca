"""What Streamlit keeps of pages that were closed, for a reload or a connection that comes back."""

from __future__ import annotations

from streamlit.runtime import exists, get_instance


def forget_closed_pages() -> None:
    """Let go of pages that were closed longer ago than ``server.disconnectedSessionTTL``; on Streamlit's event loop.

    Streamlit itself does so only when another page is closed: the last class of the day would stay in memory.
    """
    if exists():
        manager = getattr(get_instance(), "_session_mgr", None)
        pages = getattr(getattr(manager, "_session_storage", None), "_cache", None)
        if pages is not None:
            pages.expire()
