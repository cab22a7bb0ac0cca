"""The real shell in Streamlit's AppTest. Sessions are real but start no thread: tests/browser trains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opened_app import Open
from streamlit.testing.v1 import AppTest

from bnviz.live.registry import registry
from bnviz.live.session import Session

SHELL = Path(__file__).resolve().parents[2] / "bnviz" / "ui" / "shell.py"


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens the app at an address and has run it once."""

    monkeypatch.setattr(Session, "_new_run", lambda self, play: None)

    def open_at(**query: str) -> AppTest:
        app = AppTest.from_file(SHELL, default_timeout=20)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    yield open_at
    for session in registry().sessions:
        registry().close(session.token)
