"""Files on their way to a page: how much of Streamlit's memory one page, one network and all of them may take."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bnviz.config.limits import limits
from bnviz.config.visitor import network_of

UPLOADS = "/_stcore/upload_file/"
MOST_UNREAD = 256 * 2**20
"""Bytes of a refused file that are read and thrown away."""
Key = tuple[str, str]
"""The session of a page and the name of a file of its."""


class FileStore(Protocol):
    """What keeps the files of open pages in memory."""

    def held(self) -> Mapping[Key, int]:
        """Return the bytes of every file."""

    def remove(self, session: str, name: str) -> None:
        """Let a file go."""


class _TooMuch(Exception):
    """A file is more than there is room for; its text is the answer."""


@dataclass(slots=True)
class _File:
    """A file that arrives or is kept: for which page, where it came from, and its bytes so far."""

    session: str
    network: str
    nbytes: int = 0


class UploadLimits:
    """Bound the files that Streamlit keeps for open pages, of which it forgets none before the page is closed.

    Streamlit bounds a file, not their number: one open page could send any number of them. Bytes are counted while they
    arrive, whatever a client declared. Where no more fit in all, the network that holds most loses its oldest file, and
    only if that is the sender's own, the sender is refused.

    Args:
        app: the app below.
        store: what keeps the files; it decides what is still there.
        prefix: Streamlit's base URL path, with a slash before it.
    """

    def __init__(self, app: ASGIApp, store: FileStore, prefix: str = "") -> None:
        self.app, self.store, self.path = app, store, prefix + UPLOADS
        self._kept: dict[Key, _File] = {}  # oldest first
        self._arriving: list[_File] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a file on its way; everything else passes through."""
        session, _, name = scope.get("path", "").removeprefix(self.path).partition("/")
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(self.path):
            await self.app(scope, receive, send)
            return
        file = _File(session, network_of((scope.get("client") or ("",))[0]))
        status, has_more = 0, True

        async def counted() -> Message:
            nonlocal has_more
            message = await receive()
            has_more = bool(message.get("more_body"))
            self._count(file, len(message.get("body", b"")))
            return message

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            self._admit(file, _declared(scope))
            self._arriving.append(file)
            await self.app(scope, counted, noted)
        except _TooMuch as refusal:
            if status == 0:
                if has_more:
                    await _leave_unread(receive)
                await PlainTextResponse(f"{refusal}\n", 413)(scope, receive, send)
        finally:
            self._arriving = [each for each in self._arriving if each is not file]
            if 200 <= status < 300:
                self._kept.pop((session, name), None)
                self._kept[session, name] = file

    def _admit(self, file: _File, declared: int) -> None:
        """Look at what is there before a file comes; raises ``_TooMuch`` where there is no room for it."""
        held, known = self.store.held(), self._kept
        order = [*(key for key in known if key in held), *(key for key in held if key not in known)]
        self._kept = {key: _File(key[0], known[key].network if key in known else "", held[key]) for key in order}
        most = limits().held_files_per_page
        if sum(each.session == file.session for each in self._files()) >= most:
            raise _TooMuch(f"This page holds {most} files, the most that it may. Remove one of them.")
        self._check(file, declared)

    def _count(self, file: _File, nbytes: int) -> None:
        """Count bytes that have arrived; raises ``_TooMuch`` where there is no room for them."""
        self._check(file, nbytes)
        file.nbytes += nbytes

    def _check(self, file: _File, more: int) -> None:
        allowed = limits()
        here = sum(each.nbytes for each in self._files() if each.session == file.session)
        near = sum(each.nbytes for each in self._files() if file.network and each.network == file.network)
        for whose, found, most in (
            ("this page", here, allowed.held_mb_per_page),
            ("your network", near, allowed.held_mb_per_address),
        ):
            if more + found > most * 10**6:
                raise _TooMuch(f"Files of more than {most} MB together for {whose}. Remove one, or try again later.")
        while more + sum(each.nbytes for each in self._files()) > allowed.held_mb * 10**6:
            self._make_room(file, allowed.held_mb)

    def _make_room(self, file: _File, most: int) -> None:
        """Let the oldest file of the network go that holds most, unless it is the sender's own."""
        taken = Counter[str]()
        for each in self._files():
            taken[each.network] += each.nbytes
        largest = max(taken, key=lambda network: taken[network])
        gone = next((key for key, each in self._kept.items() if each.network == largest), None)
        if largest == file.network or gone is None:
            raise _TooMuch(f"Files of more than {most} MB together on this server. Try again later.")
        self.store.remove(*gone)
        del self._kept[gone]

    def _files(self) -> Iterator[_File]:
        return chain(self._kept.values(), self._arriving)


def _declared(scope: Scope) -> int:
    """Return the bytes that a client says it will send; what is no number is left to the app below."""
    text = Headers(scope=scope).get("content-length", "")
    return int(text) if re.fullmatch("[0-9]{1,15}", text) else 0


async def _leave_unread(receive: Receive) -> None:
    """Let the rest of a file pass, so that its client hears the answer instead of a connection that breaks off."""
    left = MOST_UNREAD
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return
