"""Streamlit's own socket, one per open page: how many there may be, and what it is spared of."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bnviz.config.limits import limits
from bnviz.config.visitor import network_of
from bnviz.live.handshake import NOT_TEXT, SUBPROTOCOL, TOO_MANY, token_of

STREAM = "/_stcore/stream"
OURS = "/bnviz/ws"
LONGEST_MESSAGE = 2**18
"""Bytes of the longest message of a page: the states of its widgets and its address, 2 kB at most in this app. Files
come over HTTP."""
_PROBE = "-"
"""The token with which a page that stays empty asks why (``assets/page/refused.js``)."""


class OpenPages:
    """Bound the number of open pages, in all and per network, and refuse what Streamlit's socket would raise at.

    Streamlit keeps a session of several megabytes for each of its sockets. A page too many is refused, and our socket
    tells it so where it asks. Streamlit raises at text, and at an Origin that is no address; both are refused here.

    Args:
        app: the app below.
        prefix: Streamlit's base URL path, with a slash before it.
    """

    def __init__(self, app: ASGIApp, prefix: str = "") -> None:
        self.app = app
        self._stream, self._ours = prefix + STREAM, prefix + OURS
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a page's socket or refuse it; everything else passes through."""
        path = scope["path"].rstrip("/") if scope["type"] == "websocket" else ""
        network = network_of((scope.get("client") or ("",))[0])
        if path == self._stream:
            if not _is_legible(scope) or self._is_full(network):
                await send({"type": "websocket.close", "code": 1008})
                return
            self._open[network] += 1
            try:
                await self.app(scope, _bytes_only(receive, send), send)
            finally:
                self._open[network] -= 1
                self._open += Counter()  # forgets who has none
        elif path == self._ours and token_of(scope.get("subprotocols", [])) == _PROBE and self._is_full(network):
            await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
            await send({"type": "websocket.close", "code": TOO_MANY})
        else:
            await self.app(scope, receive, send)

    def _is_full(self, network: str) -> bool:
        allowed = limits()
        is_crowded = bool(network) and self._open[network] >= allowed.pages_per_address
        return is_crowded or self._open.total() >= allowed.pages


def _is_legible(scope: Scope) -> bool:
    """Return whether a socket's Origin can be read; Streamlit itself judges whose it is."""
    for name, value in scope["headers"]:
        if name == b"origin":
            try:
                urlsplit(value.decode("latin-1"))
            except ValueError:
                return False
    return True


def _bytes_only(receive: Receive, send: Send) -> Receive:
    """Close a socket that sends text, and tell the app below that it has been left."""

    async def received() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive" and message.get("bytes") is None:
            await send({"type": "websocket.close", "code": NOT_TEXT})
            return {"type": "websocket.disconnect", "code": NOT_TEXT}
        return message

    return received
