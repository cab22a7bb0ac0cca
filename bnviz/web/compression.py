"""Files compressed once: a middleware that keeps the compressed form of what the app below it serves."""

from __future__ import annotations

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEVEL = 9
"""Of both encodings; the highest of brotli takes twenty times as long for a tenth less."""
SMALLEST = 500
"""Bytes below which compression gains nothing."""
CAPACITY = 16 * 2**20
"""Most bytes of compressed files in memory; all scripts of Streamlit 1.67 are 6.6 MB."""
_TEXT = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")


class CompressedFiles:
    """Serve files in the best encoding that a client accepts, and compress each of them only once.

    Streamlit serves its own scripts uncompressed, because Starlette's GZipMiddleware compresses at every request.
    Here the app below is first asked for the headers of a file, as by a HEAD request. If they name an ETag that was
    compressed before, the kept bytes are the answer and the file is not read again. Sockets, ranges, other paths and
    clients without any of our encodings pass through.

    Args:
        app: the app below.
        prefixes: the beginnings of the paths of files.
        capacity: most bytes kept; beyond it, what was not asked for longest goes.
    """

    def __init__(self, app: ASGIApp, prefixes: Sequence[str], capacity: int = CAPACITY) -> None:
        self.app, self.prefixes = app, tuple(prefixes)
        self.kept = KeptBodies(capacity)
        self._one_at_a_time: dict[str, asyncio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory where possible."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(self.prefixes):
            await self.app(scope, receive, send)
            return
        asked, plain = Headers(scope=scope), without_encodings(scope)
        encoding = best_encoding(asked)
        if encoding and "range" not in asked:
            head = await answer_of(self.app, {**plain, "method": "HEAD"})
            if is_compressible(head) and (body := await self._compressed(head, plain, encoding)) is not None:
                headers = MutableHeaders(raw=list(head.headers))
                del headers["accept-ranges"]  # ranges are of the file itself
                headers["content-encoding"], headers["content-length"] = encoding, str(len(body))
                await _varying(send)({"type": "http.response.start", "status": 200, "headers": headers.raw})
                await send({"type": "http.response.body", "body": body})
                return
        await self.app(plain, receive, _varying(send))

    async def _compressed(self, head: Answer, scope: Scope, encoding: str) -> bytes | None:
        """Return the compressed body of the file with these headers; None if it changed while it was read."""
        key = scope["path"], head.header("etag"), encoding
        if (found := self.kept.find(key)) is not None:
            return found
        async with self._one_at_a_time.setdefault(scope["path"], asyncio.Lock()):
            if (found := self.kept.find(key)) is None:
                whole = await answer_of(self.app, scope)
                if whole.status == 200 and whole.header("etag") == key[1]:
                    found = await asyncio.to_thread(ENCODINGS[encoding], whole.body)
                    self.kept.keep(key, found)
        self._one_at_a_time.pop(scope["path"], None)
        return found


class KeptBodies:
    """Compressed bodies by path, ETag and encoding, the least recently used of which go first."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.size = capacity, 0
        self._bodies: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()

    def find(self, key: tuple[str, str, str]) -> bytes | None:
        """Return a body, which counts as used, or None."""
        if key in self._bodies:
            self._bodies.move_to_end(key)
        return self._bodies.get(key)

    def keep(self, key: tuple[str, str, str], body: bytes) -> None:
        """Keep a body, and forget others until all fit."""
        self.size += len(body) - len(self._bodies.pop(key, b""))
        self._bodies[key] = body
        while self.size > self.capacity:
            self.size -= len(self._bodies.popitem(last=False)[1])


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of a header, empty if it is not there."""
        return Headers(raw=self.headers).get(name, "")


async def answer_of(app: ASGIApp, scope: Scope) -> Answer:
    """Return what an app answers to a request without a body, whole; it never hears of a client that left."""
    starts: list[Message] = []
    body: list[bytes] = []

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)
        elif message["type"] == "http.response.body":
            body.append(message.get("body", b""))

    await app(scope, _stay, take)
    return Answer(starts[0]["status"], list(starts[0]["headers"]), b"".join(body))


async def _stay() -> Message:
    await asyncio.Event().wait()  # until the app has answered and no longer listens
    raise AssertionError


def gzipped(body: bytes) -> bytes:
    """Return the gzip form of bytes, the same for the same bytes: its header names no time."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, 31)
    return compressor.compress(body) + compressor.flush()


def brotlied(body: bytes) -> bytes:
    """Return the brotli form of bytes, the same for the same bytes."""
    return bytes(brotli.compress(body, quality=LEVEL))


ENCODINGS: Mapping[str, Callable[[bytes], bytes]] = MappingProxyType({"br": brotlied, "gzip": gzipped})
"""What we can encode, the best first; browsers offer brotli over HTTPS and on the same machine."""


def best_encoding(asked: Headers) -> str | None:
    """Return the best of ENCODINGS that a request accepts, None for none (RFC 9110, section 12.5.3)."""
    accepted = set()
    for part in asked.get("accept-encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            accepted.add(name.strip())
    return next((name for name in ENCODINGS if name in accepted), None)


def is_compressible(head: Answer) -> bool:
    """Return whether a response is a file of text with a validator that is worth compressing."""
    long_enough = int(head.header("content-length") or 0) >= SMALLEST
    plain = not head.header("content-encoding") and bool(head.header("etag"))
    return head.status == 200 and long_enough and plain and head.header("content-type").startswith(_TEXT)


def without_encodings(scope: Scope) -> Scope:
    """Return the scope of a client that accepts no encoding, so that nothing below compresses."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]}


def _varying(send: Send) -> Send:
    """Say that the answer depends on the accepted encodings, and weaken its ETag: it names both forms of a file."""

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            headers.add_vary_header("Accept-Encoding")
            if headers.get("etag", "W/").startswith('"'):
                headers["etag"] = "W/" + headers["etag"]
            message = {**message, "headers": headers.raw}
        await send(message)

    return marked
