"""The app in AppTest, and the session behind it."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from bnviz.live.registry import registry
from bnviz.live.session import Session

Open = Callable[..., AppTest]


def session_of(app: AppTest) -> Session:
    found = registry().find(app.session_state["bnviz.token"])
    assert found is not None
    return found
