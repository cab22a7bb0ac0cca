"""Nagle's algorithm is off on every connection, also of a listening socket like Streamlit's."""

from __future__ import annotations

import asyncio
import socket
from types import SimpleNamespace
from typing import Any

import pytest

from bnviz.web import server
from bnviz.web.no_delay import set_no_delay, with_no_delay


async def _option(protocol: type[asyncio.Protocol]) -> int:
    """Return the option of a connection that was accepted with this protocol."""
    accepted: asyncio.Queue[int] = asyncio.Queue()

    class Asked(protocol):  # type: ignore[misc, valid-type]
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            sock = transport.get_extra_info("socket")
            accepted.put_nowait(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)  # without a protocol, as Streamlit makes it
    listening.bind(("127.0.0.1", 0))
    made = await asyncio.get_running_loop().create_server(Asked, sock=listening)
    async with made:
        _, writer = await asyncio.open_connection(*listening.getsockname())
        option = await accepted.get()
        writer.close()
    return option


def test_a_connection_sends_at_once() -> None:
    assert asyncio.run(_option(asyncio.Protocol)) == 0, "asyncio does it now by itself"
    assert asyncio.run(_option(with_no_delay(asyncio.Protocol))) != 0


def test_the_server_gives_it_to_its_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    config = SimpleNamespace(http_protocol_class=asyncio.Protocol)
    monkeypatch.setattr(server, "uvicorn_config", lambda: config)

    async def started() -> int:
        async with server.lifespan(None):
            return await _option(config.http_protocol_class)

    assert asyncio.run(started()) != 0


def test_a_connection_without_the_option_stays_as_it_is() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        set_no_delay(SimpleNamespace(get_extra_info={"socket": one}.get))  # type: ignore[arg-type]
    set_no_delay(None)
