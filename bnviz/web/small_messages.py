"""A limit of what a stranger can make the server keep before our socket has seen it."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class SmallMessages:
    """Let a socket's protocol refuse long messages itself, at the header of the frame that is too much.

    Streamlit accepts messages of 200 MB, since its own socket takes uploads of widgets, and the limit is one for all
    sockets of the server. Of ours, six that never ended such a message held half a gigabyte. The limit is that of a
    whole message, whatever its fragments. It must be set before the first ``await`` of a socket: what arrives later
    is held to it. Under servers other than uvicorn, this does nothing; our socket then refuses what has arrived.

    Args:
        app: the app below.
        path: path of the socket.
        most: length of the longest message, in bytes.
    """

    def __init__(self, app: ASGIApp, path: str, most: int) -> None:
        self.app, self.path, self.most = app, path, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the limit on a new socket, then call the app."""
        if scope["type"] == "websocket" and scope["path"].rstrip("/") == self.path:
            protocol = getattr(send, "__self__", None)
            # The limit's names in uvicorn's two protocols that use the library websockets.
            for owner, name in ((getattr(protocol, "conn", None), "max_message_size"), (protocol, "max_size")):
                if hasattr(owner, name):
                    setattr(owner, name, self.most)
        await self.app(scope, receive, send)
