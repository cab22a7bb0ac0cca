"""The app with all of Streamlit's own routes, in a process of its own, for those who write raw requests."""

from __future__ import annotations

import base64
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name("browser")))

from app_server import AppServer
from live_viewer import WAIT

UPGRADE = (
    ("Connection", b"Upgrade"),
    ("Upgrade", b"websocket"),
    ("Sec-WebSocket-Key", base64.b64encode(b"0123456789abcdef")),
    ("Sec-WebSocket-Version", b"13"),
)


@contextmanager
def real_app(folder: Path, address: str | None = "127.0.0.1", **settings: object) -> Iterator[AppServer]:
    """Run the app with settings of ours, and stop it at the end."""
    names = {f"BNVIZ_{name.upper()}": str(value) for name, value in settings.items()}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        made = AppServer(folder, address=address)
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    try:
        yield made
    finally:
        made.close()


def frame(opcode: int, payload: bytes, *, is_last: bool = True) -> bytes:
    """Return a frame of a websocket as a client sends it, with a mask of zeros (RFC 6455, section 5.2)."""
    head = bytes([(0x80 if is_last else 0) | opcode])
    size = len(payload)
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 2**16:
        head += bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


class Raw:
    """A connection on which any bytes are sent, and one answer is read.

    Args:
        port: port of the server.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.client = socket.create_connection(("127.0.0.1", port), timeout=WAIT)

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def ask(self, method: bytes, path: bytes, headers: list[tuple[str, bytes]], body: bytes = b"") -> int:
        """Return the status of an answer; 431 where the server has left instead."""
        lines = [name.encode() + b": " + value for name, value in headers]
        if not any(name == "Host" for name, _ in headers):
            lines.append(b"Host: 127.0.0.1:%d" % self.port)
        try:
            self.client.sendall(b"\r\n".join([method + b" " + path + b" HTTP/1.1", *lines, b"", body]))
            self.answer = answer = HTTPResponse(self.client, method=method.decode())
            answer.begin()
        except ConnectionError:
            return 431
        self.headers = answer.headers
        return answer.status

    def upgrade(self, path: bytes, *more: tuple[str, bytes]) -> int:
        """Ask for a websocket; return the status of the answer."""
        return self.ask(b"GET", path, [*UPGRADE, *more])

    def close_code(self) -> int:
        """Read frames until the server closes the websocket, and return its code; 0 if it only leaves."""
        while True:
            opcode, payload = self.frame()
            if opcode == 8:
                return int.from_bytes(payload[:2], "big")
            if opcode < 0:
                return 0

    def frame(self) -> tuple[int, bytes]:
        """Read a frame; return its kind and what it holds, -1 where the server has left."""
        head = self._exactly(2)
        if len(head) < 2:
            return -1, b""
        size = head[1] & 0x7F
        if size > 125:
            size = int.from_bytes(self._exactly(2 if size == 126 else 8), "big")
        return head[0] & 0x0F, self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        try:
            return self.answer.fp.read(size)  # it may hold frames that came with the answer
        except ConnectionError:
            return b""
