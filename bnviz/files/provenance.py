"""Provenance: the date and the versions with which a result was computed."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

_FORMER_SCRIPTS = {
    "make_chapter_recordings_initialization": "initialization",
    "make_chapter_recordings_regularization": "regularization",
    "make_claims_recording": "claims",
    "make_conv_recordings": "convolution",
    "make_inference_study": "inference",
    "make_survival_recording": "survival",
    "make_why_recordings": "why",
}
"""What each script that made a shipped file is now, as a name for ``python -m bnviz record``."""


def versions() -> dict[str, str]:
    """Return the versions that numbers depend on, by name: torch and python."""
    return {"torch": version("torch"), "python": platform.python_version()}


def today() -> str:
    """Return the date in UTC, as 2026-11-26."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def provenance(**extra: Any) -> dict[str, Any]:  # noqa: ANN401 - plain values for JSON
    """Return date, ``extra`` and versions, in this order, ready for JSON."""
    return {"date": today(), **extra, "versions": versions()}


def command_of(script: str) -> str:
    """Return the command that makes a file again, given what its provenance names.

    A recorded file is never edited: its provenance keeps the name of a script that has become a command since.
    """
    name = _FORMER_SCRIPTS.get(script.removeprefix("scripts/").removesuffix(".py"))
    return script if name is None else f"python -m bnviz record {name}"
