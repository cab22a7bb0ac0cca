"""A secret of the browser: with it, a reloaded page finds its run again; a copied address alone opens none."""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bnviz.config.visitor import VISITOR_COOKIE

_LONGEST = 64


class VisitorCookie:
    """Give each browser a random cookie with its first page; it names no one and ends with the browser.

    Scripts cannot read it, and other sites can only have it sent by a link that the visitor follows; a stricter cookie
    would be absent then, and a new one would cut the browser off from its own runs. The name of a session stands in
    the address of its page (``?run=``); only with the cookie of the browser that opened it does it open the session
    again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the cookie to a page that is asked for without it."""
        if scope["type"] != "http":  # the server's own beginning and end have no headers
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if is_visitor(cookie_parser(asked.get("cookie", ""))):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_kept_page = message["status"] == 304 and "text/html" in asked.get("accept", "")
                if is_kept_page or headers.get("content-type", "").startswith("text/html"):
                    secure = "; Secure" if scope.get("scheme") == "https" else ""
                    secret = secrets.token_urlsafe(18)
                    headers.append("set-cookie", f"{VISITOR_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}")
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def is_visitor(cookies: dict[str, str]) -> bool:
    """Return whether a browser has the cookie."""
    return 0 < len(cookies.get(VISITOR_COOKIE, "")) <= _LONGEST
