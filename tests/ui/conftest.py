"""The app in AppTest; tests/browser trains."""

from collections.abc import Iterator

import pytest
from opened_app import Open, opener


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens the app at an address and has run it once."""
    yield from opener(monkeypatch)
