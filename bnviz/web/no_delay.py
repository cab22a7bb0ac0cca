"""Answers that leave at once: no connection waits for the other side to confirm the first half of an answer."""

from __future__ import annotations

import socket
from asyncio import Transport
from contextlib import suppress
from typing import Any


def with_no_delay(protocol: type[Any]) -> type[Any]:
    """Return a protocol of uvicorn whose connections have TCP_NODELAY set.

    asyncio cannot see the protocol of Streamlit's listening socket, and leaves Nagle's algorithm on. uvicorn writes
    headers and body apart, so that the body of every answer waited until the browser had confirmed the headers, which
    it puts off for 40 ms: 130 files of a first visit, six at a time, took most of a second of waiting.
    """

    class Undelayed(protocol):  # type: ignore[misc]
        def connection_made(self, transport: Transport) -> None:
            """Begin a connection."""
            set_no_delay(transport)
            super().connection_made(transport)

    return Undelayed


def set_no_delay(transport: Transport | None) -> None:
    """Set the option on a connection; one that has no such option stays as it is."""
    sock = transport.get_extra_info("socket") if transport is not None else None
    if sock is not None:
        with suppress(OSError):  # a Unix socket
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
