"""A secret of the browser: with it, a reloaded page finds its run again; a copied address alone opens none."""

from __future__ import annotations

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bnviz.config.server_key import is_signature, signature
from bnviz.config.visitor import VISITOR_COOKIE

_LONGEST = 64


class VisitorCookie:
    """Give each browser a random cookie with its first page; it names no one and ends with the browser.

    Scripts cannot read it, and other sites can only have it sent by a link that the visitor follows; a stricter cookie
    would be absent then, and a new one would cut the browser off from its own runs. The name of a session stands in
    the address of its page (``?run=``); only with the cookie of the browser that opened it does it open the session
    again.

    A cookie that this server has not signed goes no further: whoever invents one, or a hundred, is a visitor without a
    name, whose share is that of the address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take invented cookies from a request, and add one to a page that is asked for without a cookie of ours."""
        if scope["type"] not in ("http", "websocket"):  # the server's own beginning and end have no headers
            await self.app(scope, receive, send)
            return
        scope, is_known = _sifted(scope)
        if is_known or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_kept_page = message["status"] == 304 and "text/html" in asked.get("accept", "")
                if is_kept_page or headers.get("content-type", "").startswith("text/html"):
                    secure = "; Secure" if scope.get("scheme") == "https" else ""
                    headers.append("set-cookie", f"{VISITOR_COOKIE}={issued()}; Path=/; HttpOnly; SameSite=Lax{secure}")
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def issued() -> str:
    """Return the value of a new cookie: 144 random bits and their signature."""
    secret = secrets.token_urlsafe(18)
    return f"{secret}.{signature(secret)}"


def is_issued(value: str) -> bool:
    """Return whether this server has given a cookie out."""
    secret, _, signed = value.partition(".")
    return len(value) <= _LONGEST and bool(secret) and is_signature(secret, signed)


def _sifted(scope: Scope) -> tuple[Scope, bool]:
    """Return a request without the visitor's cookies that are not ours, and whether one is."""
    kept, has_foreign, is_known = list[tuple[bytes, bytes]](), False, False
    for name, value in scope["headers"]:
        if name.lower() != b"cookie" or VISITOR_COOKIE.encode() not in value:
            kept.append((name, value))
            continue
        parts = []
        for part in value.split(b";"):
            key, _, text = part.partition(b"=")
            if key.strip() == VISITOR_COOKIE.encode():
                if not is_issued(text.strip().decode("latin-1")):
                    has_foreign = True
                    continue
                is_known = True
            parts.append(part)
        kept.append((name, b";".join(parts).strip()))
    return ({**scope, "headers": kept} if has_foreign else scope), is_known
