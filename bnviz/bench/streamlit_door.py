"""How a visitor without a browser comes in: a page, Streamlit's socket, and the token of the live view on it."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect

PATIENCE_S = 60.0
_TOKEN, _HANDLE = (re.compile(rb'"%s": ?"([\w-]{8,64})"' % name) for name in (b"token", b"handle"))
_RERUN, _QUERY = 11, 1
"""Fields of Streamlit's BackMsg (rerun_script) and of its ClientState (query_string)."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that was opened.

    Attributes:
        token: of the session whose view is on the page.
        handle: the session's name in the address of the page; empty for one that cannot be resumed.
        cookie: the browser's secret, as a header.
        stream: Streamlit's socket, which the page keeps open.
    """

    token: str
    handle: str
    cookie: str
    stream: ClientConnection


async def open_page(
    stack: AsyncExitStack, address: str, query: dict[str, str], headers: dict[str, str] | None = None
) -> Opened:
    """Open the lab at an address as a new browser does: fetch the page, connect, run the script, wait for the view.

    Args:
        stack: closes the socket in the end.
        address: of the server, ``http://...``.
        query: what stands in the page's address.
        headers: more headers of the requests, such as a proxy adds, or the cookie of a browser that returns.

    Raises:
        TimeoutError: the view did not come.
        OSError: the server cannot be reached.
    """
    more = dict(headers or {})
    given = await asyncio.to_thread(_cookie_of, f"{address}/?{urlencode(query)}", more)
    cookie = more.get("Cookie", given)
    stream = await stack.enter_async_context(
        connect(
            f"{address.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={**more, "Cookie": cookie},
            subprotocols=["streamlit"],  # type: ignore[list-item] # a NewType of str
            max_size=None,
            open_timeout=PATIENCE_S,
            close_timeout=1,  # whoever leaves has stopped reading, and would not see the goodbye behind what is unread
        )
    )
    await stream.send(rerun_message(urlencode(query)))
    token, handle = await asyncio.wait_for(_names_on(stream), PATIENCE_S)
    return Opened(token, handle, cookie, stream)


def rerun_message(query: str) -> bytes:
    """Return the message with which Streamlit's page asks that its script runs, as protobuf."""
    state = _field(_QUERY, query.encode()) if query else b""
    return _field(_RERUN, state)


async def drain(stream: ClientConnection) -> None:
    """Take and forget all that Streamlit sends, as long as it is connected."""
    async for _ in stream:
        pass


def _cookie_of(url: str, headers: dict[str, str]) -> str:
    request = urllib.request.Request(url, headers={"Accept": "text/html", **headers})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
        answer.read()
        given: list[Any] = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(str(cookie).partition(";")[0] for cookie in given)


async def _names_on(stream: ClientConnection) -> tuple[str, str]:
    """Return token and handle of the first view that Streamlit sends."""
    async for message in stream:
        if isinstance(message, bytes) and (found := _TOKEN.search(message)):
            handle = _HANDLE.search(message)
            return found[1].decode(), handle[1].decode() if handle else ""
    raise TimeoutError("Streamlit closed its socket before the view came")


def _field(number: int, content: bytes) -> bytes:
    """Return a field of bytes as protobuf writes it: tag, length as a varint, content."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    head = bytearray()
    while value > 127:
        head.append(value & 127 | 128)
        value >>= 7
    return bytes([*head, value])
