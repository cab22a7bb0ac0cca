"""A limit of what a stranger can make the server keep before a socket has seen it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class SmallMessages:
    """Let a socket's protocol refuse long messages itself, at the header of the frame that is too much.

    Streamlit has one limit for all sockets of the server, that of the messages which it sends: 200 MB. Six messages
    that never ended held half a gigabyte. The limit here is that of a whole message, whatever its fragments. It must be
    set before the first ``await`` of a socket: what arrives later is held to it. Under servers other than uvicorn, this
    does nothing; our socket then refuses what has arrived.

    Args:
        app: the app below.
        most: length of the longest message, in bytes, by the path of the socket.
    """

    def __init__(self, app: ASGIApp, most: Mapping[str, int]) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the limit on a new socket, then call the app."""
        if scope["type"] == "websocket" and (most := self.most.get(scope["path"].rstrip("/"))) is not None:
            protocol = getattr(send, "__self__", None)
            # The limit's names in uvicorn's two protocols that use the library websockets.
            for owner, name in ((getattr(protocol, "conn", None), "max_message_size"), (protocol, "max_size")):
                if hasattr(owner, name):
                    setattr(owner, name, most)
        await self.app(scope, receive, send)
