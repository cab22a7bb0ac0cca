"""Commands of the view, which are checked here and carried out by the session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bnviz.live.latest_messages import Wakeup
from bnviz.live.place import Place
from bnviz.live.session import Session

MAX_SPEED = 1000.0
MAX_NUMBER = 2**31
_CHOICES = {"plane": ("random", "pca"), "bn_stats": ("batch", "running")}


def handle_command(session: Session, message: Mapping[str, Any], viewer: Wakeup | None = None) -> bool:
    """Carry out one command (ARCHITECTURE.md, "The wire"); unknown or malformed ones change nothing.

    Args:
        session: the session that the command is for.
        message: the message of a browser, which cannot be trusted.
        viewer: the viewer that sent it; None for the fallback transport.

    Returns:
        True if it was a command.
    """
    session.keep_alive()
    match message.get("op"):
        case "train":
            session.train()
        case "pause":
            session.pause()
        case "step":
            session.step_once()
        case "reset":
            session.restart(play=False)
        case "hidden":
            session.set_hidden(viewer)
        case "place":
            session.place = _place(message)
        case "visible" if isinstance(panel := message.get("panel"), str):
            session.set_visible_panel(panel[:40], viewer)
        case "speed" if (speed := _speed(message.get("steps_per_s"))) is not None:
            session.set_speed(speed)
        case "contours":
            session.choose_contours(**{k: message[k] for k, ok in _CHOICES.items() if message.get(k) in ok})
        case _:
            return False
    return True


def _place(message: Mapping[str, Any]) -> Place:
    panel = message.get("panel")
    return Place(
        panel[:40] if isinstance(panel, str) else "",
        *(_whole_number(message.get(name)) for name in ("layer", "unit", "step", "shown")),
    )


def _whole_number(value: object) -> int | None:
    is_one = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER
    return value if is_one and isinstance(value, int) else None


def _speed(value: object) -> float | None:
    accepted = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= MAX_SPEED
    return float(value) if accepted and isinstance(value, (int, float)) else None
