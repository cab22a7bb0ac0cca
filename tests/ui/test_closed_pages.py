"""Pages that were closed leave Streamlit's memory when their time is over, also when no other page is closed after."""

import gc
import weakref

from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from bnviz.ui.closed_pages import forget_closed_pages

LIVES_S = 30


class ClosedPage:
    """Stands in for what Streamlit keeps of one."""

    def __init__(self, name):
        self.session = self
        self.id = name


def test_a_page_that_was_closed_is_let_go_when_its_time_is_over(monkeypatch, tmp_path):
    now = [0.0]
    storage = MemorySessionStorage(ttl_seconds=LIVES_S)
    monkeypatch.setattr(storage, "_cache", TTLCache(maxsize=8, ttl=LIVES_S, timer=lambda: now[0]))
    files = MemoryUploadedFileManager("/files")
    config = RuntimeConfig(
        str(tmp_path / "app.py"), None, MemoryMediaFileStorage("/media"), files, session_storage=storage
    )
    monkeypatch.setattr(Runtime, "_instance", None)
    Runtime(config)  # Streamlit's own, so that its names are those that we use

    first, second = ClosedPage("first"), ClosedPage("second")
    kept = weakref.ref(first)
    storage.save(first)
    now[0] = LIVES_S - 1
    storage.save(second)
    del first
    forget_closed_pages()
    assert kept() is not None
    now[0] = LIVES_S + 1
    forget_closed_pages()
    gc.collect()
    assert kept() is None
    assert [each.id for each in storage.list()] == ["second"]


def test_without_a_server_nothing_happens(monkeypatch):
    monkeypatch.setattr(Runtime, "_instance", None)
    forget_closed_pages()
