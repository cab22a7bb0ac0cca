"""How the server is doing, for whoever runs it: ``/bnviz/health`` as JSON, ``/bnviz/metrics`` for Prometheus.

Where the setting ``monitoring`` is off, both are not found: from Streamlit's page, with its status of 200, a monitor
would take a server for healthy that it knows nothing of. A proxy in front should keep ``/bnviz/metrics`` inside.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import BaseRoute, Route

import bnviz
from bnviz.config.limits import limits
from bnviz.live.vital_signs import vital_signs

_STARTED = time.monotonic()
_MEANINGS = {
    "uptime_seconds": "Seconds since the server was started.",
    "sessions": "Live views that are kept in memory.",
    "viewers": "Sockets that watch them.",
    "runs": "Live runs, by state.",
    "tasks": "Chapter runs, claims and maps, by state.",
    "history_bytes": "Frames that all live runs keep.",
    "history_fullness": "Share of the frames that they have room for, of the emptiest run: 0 to 1.",
    "upload_bytes": "Uploaded data sets, unpacked, in memory.",
    "resident_memory_bytes": "Resident memory of the server.",
    "threads": "Threads of the server.",
}


def health_routes(prefix: str, on: bool | None = None) -> list[BaseRoute]:
    """Return the routes; they answer 404 unless the setting ``monitoring`` is on.

    Args:
        prefix: Streamlit's base URL path, with a slash before it.
        on: in place of the setting.
    """
    is_on = limits().monitoring if on is None else on
    answers = {"health": _health, "metrics": _metrics}
    return [Route(f"{prefix}/bnviz/{name}", answers[name] if is_on else _off, methods=["GET"]) for name in answers]


def figures() -> dict[str, Any]:
    """Return version, uptime, sessions, viewers, runs and tasks by state, what they keep, memory and threads.

    Before the first page is opened there is nothing to count, and torch need not be imported for it.
    """
    signs = vital_signs(os.getpid())
    return {
        "version": bnviz.__version__,
        "uptime_seconds": round(time.monotonic() - _STARTED, 1),
        **(_counts() if "bnviz.live.registry" in sys.modules else {"sessions": 0, "viewers": 0, "runs": {}}),
        "resident_memory_bytes": None if signs is None else int(1e6 * signs.resident_mb),
        "threads": None if signs is None else signs.threads,
    }


def as_prometheus(found: dict[str, Any]) -> str:
    """Return figures in Prometheus' text format, version 0.0.4."""
    lines = ["# HELP bnviz_info The version that runs.", "# TYPE bnviz_info gauge"]
    lines.append(f'bnviz_info{{version="{found["version"]}"}} 1')
    for name, meaning in _MEANINGS.items():
        value = found.get(name)
        if value is None:
            continue
        lines += [f"# HELP bnviz_{name} {meaning}", f"# TYPE bnviz_{name} gauge"]
        if isinstance(value, dict):
            lines += [f'bnviz_{name}{{state="{state}"}} {number}' for state, number in value.items()]
        else:
            lines.append(f"bnviz_{name} {value}")
    return "\n".join(lines) + "\n"


def _counts() -> dict[str, Any]:
    from bnviz.data import upload_bytes
    from bnviz.live.registry import registry
    from bnviz.training.shared import shared
    from bnviz.training.state import Status

    sessions = registry().sessions
    states = [str(session.status) for session in sessions if session.run is not None]
    tasks = [task.state for task in shared().tasks.tasks]
    histories = [run.history for session in sessions if (run := session.run) is not None and run.step]
    grown = [history for history in histories if history is not None]
    return {
        "sessions": len(sessions),
        "viewers": sum(session.latest_messages.viewers for session in sessions),
        "runs": {str(state): states.count(str(state)) for state in Status},
        "tasks": {state: tasks.count(state) for state in ("queued", "running")},
        "history_bytes": sum(history.nbytes for history in grown),
        "history_fullness": round(min((history.fullness for history in grown), default=0.0), 3),
        "upload_bytes": upload_bytes(),
    }


async def _off(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("This server does not answer here: its setting monitoring is off.\n", status_code=404)


async def _health(_request: Request) -> JSONResponse:
    return JSONResponse(figures(), headers={"cache-control": "no-store"})


async def _metrics(_request: Request) -> PlainTextResponse:
    kind = "text/plain; version=0.0.4; charset=utf-8"
    return PlainTextResponse(as_prometheus(figures()), media_type=kind, headers={"cache-control": "no-store"})
