"""The last resort of every request: an error of ours is one sentence, and goes to the log."""

from __future__ import annotations

import logging

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class LastResort:
    """Answer an error of the app below with status 500, within our headers; Starlette's own answer has none of them.

    A client that leaves before its request has ended is no error, and there is no one to answer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the app."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def send_noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = has_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        except ClientDisconnect:
            log.info("a client left before its request had ended")
        except Exception:
            log.exception("an error answered %s", scope["method"])
            if has_begun:
                raise  # uvicorn ends the connection: what has begun cannot become another answer
            await PlainTextResponse("Internal Server Error", 500)(scope, receive, send)
