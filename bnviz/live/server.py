"""The live path's server side: socket route, static assets, middleware and lifespan for ``st.App``."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from bnviz.live.commands import handle_command
from bnviz.live.latest_messages import Cursor, Wakeup
from bnviz.live.registry import registry
from bnviz.live.session import Session

log = logging.getLogger(__name__)

ASSETS = Path(__file__).resolve().parents[2] / "assets"
MAX_COMMAND = 4096
"""Length of the longest command of a browser, in characters."""
MAX_VIEWERS = 8
"""Most sockets per session."""

UNKNOWN_TOKEN, FOREIGN_ORIGIN, TOO_MANY, TOO_LONG = 4404, 4403, 4429, 1009


def routes(base: str = "") -> list[BaseRoute]:
    """Return the routes, with the prefix of Streamlit's base URL path, which Streamlit does not add itself."""
    prefix = "/" + base.strip("/") if base.strip("/") else ""
    return [
        WebSocketRoute(f"{prefix}/bnviz/ws", live_socket),
        Mount(f"{prefix}/bnviz/assets/live", RevalidatedFiles(directory=ASSETS / "live")),
    ]


def middleware() -> list[Middleware]:
    """Return the middleware."""
    return [Middleware(NoDelay)]


class RevalidatedFiles(StaticFiles):
    """Static files that a browser revalidates at each request, so that an update is used at once."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - Starlette's own signature
        """Add Cache-Control to Starlette's response."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class NoDelay:
    """Set TCP_NODELAY on websockets.

    asyncio cannot see the protocol of Streamlit's listening socket, and leaves Nagle's algorithm on: a rerun takes
    49 ms instead of 7 ms on the loopback. Under servers other than uvicorn, this does nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the option on a new websocket, then call the app."""
        if scope["type"] == "websocket":
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            sock = transport.get_extra_info("socket") if transport is not None else None
            if sock is not None:
                with suppress(OSError):  # a Unix socket has no such option
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.app(scope, receive, send)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[dict[str, Any]]:
    """Warm up torch, keep the janitor running, and end every thread when the server stops."""
    warm = Thread(target=_warm_up, name="bnviz-warm", daemon=True)
    warm.start()
    janitor = asyncio.create_task(_janitor())
    try:
        yield {}
    finally:
        janitor.cancel()
        with suppress(asyncio.CancelledError):
            await janitor
        await asyncio.to_thread(registry().close_all)


def _warm_up() -> None:
    """Import what the first run would wait for, and limit torch to one thread per kernel."""
    from bnviz.training.optimizers import warm_up
    from bnviz.training.threads import use_one_thread

    use_one_thread()
    warm_up()
    gc.collect()
    gc.freeze()  # imported modules are never garbage: later collections skip them


async def _janitor() -> None:
    while True:
        await asyncio.sleep(1)
        try:
            # In a thread: the end of a run may take as long as its present step.
            await asyncio.to_thread(registry().reap_idle)
        except Exception:  # an error must not end the janitor
            log.exception("the janitor's round failed")


async def live_socket(websocket: WebSocket) -> None:
    """Stream a session to one viewer and take its commands."""
    session = registry().find(websocket.query_params.get("token", ""))
    await websocket.accept()  # only an open socket can be closed with a reason
    if not same_origin(websocket):
        await websocket.close(FOREIGN_ORIGIN)
    elif session is None:
        await websocket.close(UNKNOWN_TOKEN)
    elif session.latest_messages.viewers >= MAX_VIEWERS:
        await websocket.close(TOO_MANY)
    else:
        await _serve(websocket, session)


def same_origin(websocket: WebSocket) -> bool:
    """Return whether the page that opened the socket came from this server; clients other than browsers have no Origin.

    A proxy that changes Host sends the browser's value in X-Forwarded-Host, a header that a page cannot set on a
    socket.
    """
    origin = websocket.headers.get("origin")
    if origin is None:
        return True
    hosts = (websocket.headers.get("host"), websocket.headers.get("x-forwarded-host"))
    return urlsplit(origin).netloc.lower() in {host.lower() for host in hosts if host}


async def _serve(websocket: WebSocket, session: Session) -> None:
    wakeup = Wakeup(asyncio.get_running_loop())
    session.subscribe(wakeup)
    tasks = [
        asyncio.create_task(_send(websocket, session, wakeup)),
        asyncio.create_task(_receive(websocket, session, wakeup)),
    ]
    try:
        # The first task that ends also ends the other one: only the receiver notices a closed tab.
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        session.unsubscribe(wakeup)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(websocket: WebSocket, session: Session, wakeup: Wakeup) -> None:
    cursor = Cursor()
    while True:
        if session.needs_backlog(cursor):
            pending = await asyncio.to_thread(session.pending, cursor)
        else:
            pending = session.pending(cursor)
        for message in pending:
            await websocket.send_bytes(message)
        if not pending:
            await wakeup.wait()


async def _receive(websocket: WebSocket, session: Session, wakeup: Wakeup) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            if text is None:  # binary: not a command
                continue
            if len(text) > MAX_COMMAND:
                await websocket.close(TOO_LONG)
                return
            try:
                command = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(command, dict):
                # In a thread: a new run may wait for locks that a training thread holds for a moment.
                await asyncio.to_thread(handle_command, session, command, wakeup)
