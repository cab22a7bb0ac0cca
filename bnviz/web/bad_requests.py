"""Requests that are no HTTP: uvicorn refuses them before the app sees them, here with the headers of all answers."""

from __future__ import annotations

from typing import Any

from bnviz.web.headers import security_headers


def with_our_refusals(protocol: type[Any], frame_ancestors: str) -> type[Any]:
    """Return a protocol of uvicorn whose own refusals carry our headers.

    Args:
        protocol: its class of HTTP connections; one that refuses in another way is returned as it is.
        frame_ancestors: as of ``SecurityHeaders``.
    """
    if not hasattr(protocol, "send_400_response"):
        return protocol

    class Refusing(protocol):  # type: ignore[misc]
        def send_400_response(self, message: str) -> None:
            """Refuse a request, unless the answer to the one before it is still under way; close the connection."""
            if self.cycle is None or self.cycle.response_complete:
                body = message.encode("ascii", "replace")
                headers = {
                    **security_headers(frame_ancestors),
                    "content-type": "text/plain; charset=utf-8",
                    "content-length": str(len(body)),
                    "connection": "close",
                }
                lines = ["HTTP/1.1 400 Bad Request", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
                self.transport.write("\r\n".join(lines).encode("latin-1") + body)
            self.transport.close()

    return Refusing
