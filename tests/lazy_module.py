"""Modules that are imported by the first test that uses them, and not by every process that collects tests."""

from __future__ import annotations

import pytest


class LazyModule:
    """A module whose import takes seconds; where it is missing, the test that uses it is skipped.

    Args:
        name: its full name.
        reason: what a skipped test says.
    """

    def __init__(self, name: str, reason: str = "") -> None:
        self._name, self._reason = name, reason

    def __getattr__(self, attribute: str) -> object:
        return getattr(pytest.importorskip(self._name, reason=self._reason or None), attribute)
