"""The lab in AppTest; tests/browser trains."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opened_app import Open, open_at, recordings_only


@pytest.fixture
def open_app() -> Iterator[Open]:
    """Return a function that opens the lab at an address, by default the default scene; sessions start no thread."""
    with recordings_only():
        yield lambda **query: open_at(**(query or {"preset": "default"}))
