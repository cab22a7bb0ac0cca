"""The real shell in AppTest, and the session behind it; sessions are real but start no thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bnviz.live.registry import registry
from bnviz.live.session import Session

Open = Callable[..., AppTest]
SHELL = Path(__file__).resolve().parents[1] / "bnviz" / "ui" / "shell.py"


def session_of(app: AppTest) -> Session:
    found = registry().find(app.session_state["bnviz.token"])
    assert found is not None
    return found


def opener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Yield a function that opens the app at an address and has run it once; sessions close at the end."""
    monkeypatch.setattr(Session, "_new_run", lambda self, play: None)

    def open_at(**query: str) -> AppTest:
        app = AppTest.from_file(SHELL, default_timeout=20)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    yield open_at
    for session in registry().sessions:
        registry().close(session.token)
