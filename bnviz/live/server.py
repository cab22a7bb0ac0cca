"""The socket between a session and its viewers.

The browser offers the subprotocol ``bnviz`` and, after it, the token of its session. The server welcomes a viewer with
a text message, or closes with a code (``bnviz.live.handshake``). What follows is ARCHITECTURE.md, "The wire".
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from bnviz.config.limits import limits
from bnviz.config.visitor import VISITOR_COOKIE, Visitor, network_of
from bnviz.live.arrival import UNCLAIMED_S, Arrive
from bnviz.live.commands import handle_command
from bnviz.live.handshake import (
    FOREIGN_ORIGIN,
    MAX_MESSAGE,
    NEW,
    NOT_TEXT,
    SUBPROTOCOL,
    TOO_LONG,
    TOO_MANY,
    UNKNOWN_TOKEN,
    WELCOME,
    same_origin,
    token_of,
)
from bnviz.live.latest_messages import Cursor, Wakeup
from bnviz.live.lean import EVERYTHING, LeanStream
from bnviz.live.packing import packed
from bnviz.live.registry import registry
from bnviz.live.session import HIDDEN_RATE, Session


@dataclass(slots=True)
class _Viewer:
    """One socket.

    Attributes:
        wakeup: wakes its sender.
        packs: whether it takes PACKED messages.
        stream: what it is sent of all messages.
        seen: set while its page is visible.
    """

    wakeup: Wakeup
    packs: bool
    stream: LeanStream
    seen: asyncio.Event


async def live_socket(websocket: WebSocket, origins: Collection[str] = (), arrive: Arrive | None = None) -> None:
    """Stream a session to one viewer and take its commands.

    Args:
        websocket: the socket.
        origins: origins of pages that may open it beside those of its Host.
        arrive: opens the session of a page that has no token yet.
    """
    offered = websocket.scope.get("subprotocols", [])
    session = registry().find(token_of(offered))
    with suppress(WebSocketDisconnect):  # whoever has gone is not told anything
        # Only an open socket can be closed with a reason.
        await websocket.accept(SUBPROTOCOL if SUBPROTOCOL in offered else None)
        if not same_origin(websocket.headers, origins):
            await websocket.close(FOREIGN_ORIGIN)
        elif session is None:
            await _serve_arrival(websocket, arrive)
        else:
            await _serve(websocket, session, WELCOME)


async def _serve_arrival(websocket: WebSocket, arrive: Arrive | None) -> None:
    """Serve a page without a session: one whose script has not run yet, or that waited for a server to start again.

    What is opened for a new page ends with its socket if no script takes it. A page that comes back is shown already;
    its script may find the server a good while later.
    """
    arrival, wishes = None, websocket.query_params
    is_new = token_of(websocket.scope.get("subprotocols", [])) == NEW
    query = wishes.get("for", "") if is_new else wishes.get("back")
    if arrive is not None and query is not None:
        arrival = await asyncio.to_thread(arrive, query, _visitor(websocket), not is_new)
    if arrival is None:
        await websocket.close(UNKNOWN_TOKEN)
        return
    session = arrival.session
    try:
        await _serve(websocket, session, arrival.welcome, UNCLAIMED_S if is_new else None)
    finally:
        if session.awaits_page and arrival.is_new:
            await asyncio.to_thread(registry().close, session.token)
        if is_new:
            session.awaits_page = False


def _visitor(websocket: WebSocket) -> Visitor:
    host = "" if websocket.client is None else websocket.client.host
    # As Streamlit tells it to the page's script: nothing of a browser on this machine.
    address = "" if host in ("", "::1", "127.0.0.1") else network_of(host)
    return Visitor(websocket.cookies.get(VISITOR_COOKIE, "")[:64], address)


def _refusal(session: Session) -> int | None:
    """Return the code with which a viewer that has subscribed is sent away, None if it may stay.

    Not before: until it subscribes, its session may be forgotten for others, and as many may come as sockets open at
    once.
    """
    if registry().find(session.token) is not session:
        return UNKNOWN_TOKEN
    return TOO_MANY if session.latest_messages.viewers > limits().viewers_per_session else None


async def _serve(websocket: WebSocket, session: Session, welcome: str, patience_s: float | None = None) -> None:
    wakeup, wishes = Wakeup(asyncio.get_running_loop()), websocket.query_params
    details = wishes["details"].split(",") if "details" in wishes else EVERYTHING
    stream = LeanStream(details, ends=wishes.get("ends") == "1")
    viewer = _Viewer(wakeup, packs=wishes.get("packed") == "1", stream=stream, seen=asyncio.Event())
    viewer.seen.set()
    session.subscribe(wakeup)
    tasks: list[asyncio.Task[None]] = []
    try:
        if (code := _refusal(session)) is not None:
            await websocket.close(code)
            return
        await websocket.send_text(welcome)
        tasks = [asyncio.create_task(work(websocket, session, viewer)) for work in (_send, _receive)]
        # The first task that ends also ends the other one: only the receiver notices a closed tab.
        ended, _ = await asyncio.wait(tasks, timeout=patience_s, return_when=asyncio.FIRST_COMPLETED)
        if not ended and not session.awaits_page:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        session.unsubscribe(wakeup)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(websocket: WebSocket, session: Session, viewer: _Viewer) -> None:
    cursor, stream = Cursor(), viewer.stream
    while True:
        if session.needs_backlog(cursor):
            pending = await asyncio.to_thread(lambda: _wrapped(stream.lean(session.pending(cursor)), viewer))
        elif stream.is_owed:
            pending = await asyncio.to_thread(lambda: _wrapped(stream.owed(session.history), viewer))
        else:
            pending = list(stream.lean(session.pending(cursor)))
        for message in pending:
            await websocket.send_bytes(message)
        if not viewer.seen.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(viewer.seen.wait(), 1 / HIDDEN_RATE)
        if not pending and not stream.is_owed:
            await viewer.wakeup.wait()


def _wrapped(pending: Iterable[bytes], viewer: _Viewer) -> list[bytes]:
    return list(packed(pending) if viewer.packs else pending)


async def _receive(websocket: WebSocket, session: Session, viewer: _Viewer) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:
                await websocket.close(NOT_TEXT)
                return
            if len(text.encode()) > MAX_MESSAGE:  # a server that bnviz.web.small_messages does not know
                await websocket.close(TOO_LONG)
                return
            try:
                command = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if not isinstance(command, dict):
                continue
            if command.get("op") == "details":
                viewer.stream.want(_names(command.get("names")))
                viewer.wakeup.wake()
            else:
                _note_visibility(viewer, command)
                # In a thread: a new run may wait for locks that a training thread holds for a moment.
                await asyncio.to_thread(handle_command, session, command, viewer.wakeup)


def _names(value: object) -> Collection[str]:
    """Return the details that a command names; one that names none means all."""
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else EVERYTHING


def _note_visibility(viewer: _Viewer, command: dict[str, object]) -> None:
    match command.get("op"):
        case "hidden":
            viewer.seen.clear()
        case "visible":
            viewer.seen.set()
