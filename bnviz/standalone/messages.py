"""What a recording sends to its viewers, as text for an HTML file."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

from bnviz.live import messages
from bnviz.live.session_state import recorded_state
from bnviz.telemetry.history import History

LEVEL = 9


def recorded_messages(history: History) -> list[bytes]:
    """Return all messages of a recording, from HELLO to STATUS: those that the app's socket sends."""
    status = messages.status(0, recorded_state(history), history, history.experiment)
    return list(messages.backlog(history, "recorded", status))


def block(data: bytes) -> str:
    """Return bytes as base64 of a zlib stream, which no HTML can be hidden in: its letters are A-Z, a-z, 0-9, + / =."""
    return base64.b64encode(zlib.compress(data, LEVEL)).decode()


def json_block(content: Mapping[str, Any]) -> str:
    """Return plain values as such a block."""
    return block(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
