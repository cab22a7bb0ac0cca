"""Where a request comes from, in one way of writing, so that a proxy on this machine is believed."""

from __future__ import annotations

import ipaddress
import os

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

VARIABLE, BY_DEFAULT = "FORWARDED_ALLOW_IPS", "127.0.0.1,::1"
"""uvicorn's variable of proxies that are believed, and its default."""


class PlainAddresses:
    """Write IPv4 addresses as such, and believe proxies that uvicorn did not know again.

    A server that listens to all addresses knows a proxy on its own machine as ``::ffff:127.0.0.1`` (RFC 4291, section
    2.5.5.2). uvicorn compares that with ``127.0.0.1``, and gives all visitors the proxy's address. What it does for a
    proxy that it believes is done here for those.

    Args:
        app: the app below.
        trusted: addresses and networks of proxies, with commas; by default those that uvicorn believes.
    """

    def __init__(self, app: ASGIApp, trusted: str | None = None) -> None:
        self.app = app
        believed = os.environ.get(VARIABLE, BY_DEFAULT) if trusted is None else trusted
        self._forwarded = ProxyHeadersMiddleware(self._in_plain, believed)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the app with the visitor's address."""
        client = scope.get("client")
        if client and (plain := plain_address(client[0])) != client[0]:
            # A scope of its own: the one above is uvicorn's.
            await self._forwarded({**scope, "client": (plain, client[1])}, receive, send)  # type: ignore[arg-type]
        else:
            await self.app(scope, receive, send)

    async def _in_plain(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope["client"]
        await self.app({**scope, "client": (plain_address(client[0]), client[1])}, receive, send)


def plain_address(address: str) -> str:
    """Return an address, an IPv4 address that is written as one of IPv6 as IPv4; text that is none as it is."""
    try:
        mapped = getattr(ipaddress.ip_address(address), "ipv4_mapped", None)
    except ValueError:
        return address
    return address if mapped is None else str(mapped)
