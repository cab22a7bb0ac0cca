"""Provenance: the date and the versions with which a result was computed."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any


def versions() -> dict[str, str]:
    """Return the versions that numbers depend on, by name: torch and python."""
    return {"torch": version("torch"), "python": platform.python_version()}


def today() -> str:
    """Return the date in UTC, as 2026-11-26."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def provenance(**extra: Any) -> dict[str, Any]:  # noqa: ANN401 - plain values for JSON
    """Return date, ``extra`` and versions, in this order, ready for JSON."""
    return {"date": today(), **extra, "versions": versions()}
