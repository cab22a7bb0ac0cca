"""One visitor of a soak: opens the lab, trains, looks at panel after panel, and begins again when a run ends."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from bnviz.bench.streamlit_door import PATIENCE_S, drain, open_page
from bnviz.live import wire
from bnviz.live.handshake import SUBPROTOCOL

PANELS = ("glance", "distributions", "contours", "parameters", "curves", "saturation", "gradients")
PANEL_S = 20.0
RETRY_S = 1.0
_ENDED = ("done", "diverged", "failed")


@dataclass(slots=True)
class Account:
    """What a visitor got so far.

    Attributes:
        steps: updates that were made, of all its runs.
        frames: pictures that arrived.
        runs: runs that were begun.
        lost: sockets that ended although the visitor stayed.
        status: what the server said last about the run.
        trouble: what went wrong, in words.
    """

    steps: int = 0
    frames: int = 0
    runs: int = 0
    lost: int = 0
    status: str = ""
    trouble: list[str] = field(default_factory=list)


class Visitor:
    """A visitor of the lab, over the same sockets as a browser.

    Args:
        address: of the server, ``http://...``.
        number: which visitor; its seed, and its address if a proxy tells it.
        panel_s: seconds that it looks at one panel.
    """

    def __init__(self, address: str, number: int, panel_s: float = PANEL_S) -> None:
        self.address, self.number, self.panel_s = address, number, panel_s
        self.account = Account()
        self._step = 0

    async def stay(self) -> None:
        """Stay until cancelled, and come back whenever the server ends the socket."""
        while True:
            try:
                await self._visit()
            except (OSError, TimeoutError, ConnectionClosed, InvalidStatus) as error:
                self.account.trouble.append(f"{type(error).__name__}: {error}")
            self.account.lost += 1
            await asyncio.sleep(RETRY_S)

    async def _visit(self) -> None:
        async with AsyncExitStack() as stack:
            opened = await open_page(stack, self.address, {"seed": str(self.number)}, forwarded_for(self.number))
            draining = asyncio.create_task(drain(opened.stream))
            stack.callback(draining.cancel)
            socket = await stack.enter_async_context(live_socket(self.address, opened.token, self.number))
            self._step = 0
            await _send(socket, op="train")
            self.account.runs += 1
            looking = asyncio.create_task(_look_around(socket, self.number, self.panel_s))
            stack.callback(looking.cancel)
            async for message in socket:
                if isinstance(message, bytes):
                    await self._take(message, socket)

    async def _take(self, message: bytes, socket: ClientConnection) -> None:
        kind = wire.kind_of(message)
        if kind == wire.FRAME:
            self.account.frames += 1
        elif kind == wire.STATUS:
            await self._follow(json.loads(wire.decode(message).blocks[0].tobytes()), socket)

    async def _follow(self, status: dict[str, Any], socket: ClientConnection) -> None:
        """Count the updates, and do what a visitor does when a run ends: begin again, or train on after a pause."""
        account, was = self.account, self.account.status
        account.status = status["status"]
        if account.status in ("running", *_ENDED):
            step = int(status["step"])
            account.steps += max(0, step - self._step)
            self._step = step
        if account.status in _ENDED and was not in _ENDED:
            if account.status == "failed":
                account.trouble.append(f"a run failed: {status.get('detail')}")
            self._step = 0
            await _send(socket, op="reset")
            await _send(socket, op="train")
            account.runs += 1
        elif account.status == "paused" and was == "running":
            await _send(socket, op="train")


def live_socket(address: str, token: str, number: int) -> connect:
    """Return the connection of a view to its session, with what the view in the browser asks for."""
    url = f"{address.replace('http', 'ws', 1)}/bnviz/ws?packed=1&ends=1&details="
    offered = [Subprotocol(SUBPROTOCOL), Subprotocol(token)]
    headers = forwarded_for(number)
    # Whoever leaves has stopped reading, and would not see the server's goodbye behind what is unread.
    return connect(
        url, subprotocols=offered, max_size=None, open_timeout=PATIENCE_S, close_timeout=1, additional_headers=headers
    )


def forwarded_for(number: int) -> dict[str, str]:
    """Return the header in which a proxy tells a visitor's address: each visitor of a soak has its own."""
    return {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}"}


async def newcomer_ms(address: str, number: int) -> float:
    """Return the milliseconds until a new visitor sees the first picture: page, script, socket, frame."""
    began = time.perf_counter()
    async with AsyncExitStack() as stack:
        opened = await open_page(stack, address, {}, forwarded_for(number))
        socket = await stack.enter_async_context(live_socket(address, opened.token, number))
        async with asyncio.timeout(PATIENCE_S):
            async for message in socket:
                if isinstance(message, bytes) and wire.kind_of(message) in (wire.FRAME, wire.PACKED):
                    return 1e3 * (time.perf_counter() - began)  # before the goodbye, which may take longer
    raise ConnectionResetError("the socket ended before a picture came")


async def _look_around(socket: ClientConnection, number: int, panel_s: float) -> None:
    """Open panel after panel; each visitor begins at another one."""
    first = number % len(PANELS)
    with suppress(ConnectionClosed):
        for panel in cycle(PANELS[first:] + PANELS[:first]):
            await _send(socket, op="visible", panel=panel)
            await asyncio.sleep(panel_s)


async def _send(socket: ClientConnection, **command: str) -> None:
    await socket.send(json.dumps(command))
