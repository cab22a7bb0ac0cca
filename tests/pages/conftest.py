"""A page in AppTest; tests/browser opens it in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opened_app import Open, open_at, recordings_only
from streamlit.testing.v1 import AppTest


@pytest.fixture
def open_page(request: pytest.FixtureRequest) -> Iterator[Open]:
    """Return a function that opens a page at an address: the page that the test's file is named after."""
    own = request.module.__name__.rpartition(".")[2].removeprefix("test_").removesuffix("_page")

    def open_own(lang: str = "en", page: str = own, **query: str) -> AppTest:
        # What rests below a chapter's picture is drawn once it is opened.
        return open_at(page, **{"lang": lang, "explore": "true", **query})

    with recordings_only():
        yield open_own


@pytest.fixture(autouse=True)
def tasks_end_with_their_click(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits for the task of a click, as for one that ends at once; tests/browser sees its progress."""
    monkeypatch.setattr("bnviz.ui.tasks.PATIENCE_S", 200.0)
