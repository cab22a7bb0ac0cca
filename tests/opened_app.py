"""The real shell in AppTest, what its pages show, and the session behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from bnviz.live.registry import registry
from bnviz.live.session import Session

Open = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[1]


def open_at(page: str = "lab", **query: str) -> AppTest:
    """Open a page of the app at an address, and run it once."""
    app = AppTest.from_file(ROOT / "bnviz" / "ui" / "shell.py", default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"../../pages/{page}.py").run()
    assert not app.exception, [each.value for each in app.exception]
    return app


@contextmanager
def recordings_only() -> Iterator[None]:
    """Let sessions show recordings and start no thread; close all sessions at the end."""
    registry().trains = False
    try:
        yield
    finally:
        registry().trains = True
        for session in registry().sessions:
            registry().close(session.token)


def session_of(app: AppTest) -> Session:
    """Return the live session of an opened app."""
    found = registry().find(app.session_state["bnviz.token"])
    assert found is not None
    return found


def words(app: AppTest, *kinds: str) -> str:
    """Return the text of a page's elements of some kinds, of its Markdown by default."""
    return "\n".join(str(each.value) for kind in kinds or ("markdown",) for each in app.get(kind))


def alts(app: AppTest) -> list[str]:
    """Return the alternative text of every figure."""
    return [each.proto.alt for each in app.get("plotly_chart")]


def specs(app: AppTest) -> list[Any]:
    """Return every figure as Plotly's JSON, read."""
    return [json.loads(each.proto.spec) for each in app.get("plotly_chart")]


def metrics(app: AppTest) -> list[str]:
    """Return the values of all metrics."""
    return [str(each.value) for each in app.metric]


def address(app: AppTest) -> dict[str, str]:
    """Return the query parameters of the page."""
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


def is_chinese(text: str) -> bool:
    """Return whether a text has Chinese characters."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)
