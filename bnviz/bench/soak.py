"""A soak: many visitors train in the real app for a while, over real sockets, and every minute says how they fared."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from websockets.exceptions import WebSocketException

from bnviz.array_types import Ints
from bnviz.bench.app_process import app_process, wait_until_healthy
from bnviz.bench.soak_verdict import Minute, Soak
from bnviz.bench.soak_visitor import PANELS, Visitor, newcomer_ms
from bnviz.config import InputError
from bnviz.live.vital_signs import VitalSigns, vital_signs

ASK_S, NEWCOMER_S = 0.25, 20.0
"""Seconds from one request of a file to the next, and from one newcomer to the next."""
ARRIVE_S = 0.25
"""Seconds from one visitor to the next: a class does not press the link in the same instant."""
FORGET_S, LEAVE_S = 20, 80.0
"""So long after their viewers left, this server forgets sessions, sooner than by default; then their threads must have
ended and their memory be given back."""
WARM_PANEL_S = 4.0
"""So long the visitor before all others looks at each panel: what is loaded, compiled and set up once belongs to none
of those that come later, and is no memory that they left behind."""
ASKED = "/bnviz/assets/live/main.js"
HEALTH, LOOK_S = "/bnviz/health", 2.0
"""Where the server says how full the histories are, and seconds from one look at its memory to the next."""
Tell = Callable[[str], None]


def soak(sessions: int, minutes: float, tell: Tell, log: Path | None = None) -> Soak:
    """Let visitors train in an app that is started for them.

    Args:
        sessions: number of visitors.
        minutes: how long they stay.
        tell: gets a line for each minute.
        log: where the server's own words are kept; None forgets them.

    Raises:
        InputError: this system does not tell the memory of other processes.
    """
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="bnviz-soak-"))
        words: IO[bytes] | None = None if log is None else stack.enter_context(log.open("wb"))
        port, process = stack.enter_context(app_process(environment=_settings(data), log=words))
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(address, process)
        if vital_signs(process.pid) is None:
            raise InputError("soak reads the server's memory and threads in /proc, which this system does not have")
        return asyncio.run(_Soak(address, process.pid, sessions, tell).run(60 * minutes))


def _settings(data: str) -> dict[str, str]:
    return {"BNVIZ_DATA_DIR": data, "BNVIZ_FORGET_S": str(FORGET_S), "BNVIZ_MONITORING": "true"}


@dataclass(slots=True)
class _Memory:
    """What the server holds, as it was seen in the present minute.

    Attributes:
        resident: its memory in MB at each look.
        history_mb: frames of all histories, at the last look.
        history_full: how full the emptiest history was then, 0..1.
    """

    resident: list[float] = field(default_factory=list)
    history_mb: float = 0.0
    history_full: float = 0.0

    @property
    def mean_mb(self) -> float:
        return float(np.mean(self.resident)) if self.resident else 0.0


@dataclass(slots=True)
class _Answers:
    """Milliseconds of answers, of the present minute and of all."""

    minute: list[float] = field(default_factory=list)
    newcomers: list[float] = field(default_factory=list)
    every: list[float] = field(default_factory=list)

    def next_minute(self) -> None:
        self.every += self.minute
        self.minute, self.newcomers = [], []


@dataclass(frozen=True, slots=True)
class _State:
    """Where all are at one time."""

    at: float
    steps: Ints
    frames: Ints
    signs: VitalSigns


class _Soak:
    """A soak while it runs."""

    def __init__(self, address: str, pid: int, sessions: int, tell: Tell) -> None:
        self.address, self.pid, self.tell = address, pid, tell
        self.visitors = [Visitor(address, number) for number in range(sessions)]
        self.answers, self.memory, self.trouble = _Answers(), _Memory(), list[str]()

    async def run(self, seconds: float) -> Soak:
        """Warm the server with one visitor, let all stay, and look again when they have left."""
        await self._warm_up()
        before = self._signs()
        tasks = [asyncio.create_task(work()) for work in (self._ask, self._newcomers, self._look)]
        for visitor in self.visitors:
            tasks.append(asyncio.create_task(visitor.stay()))
            await asyncio.sleep(ARRIVE_S)
        start = self._state().steps
        minutes = [minute async for minute in self._minutes(seconds)]
        made = self._state().steps - start
        lost = sum(visitor.account.lost for visitor in self.visitors)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(LEAVE_S)
        after = self._signs()
        return Soak(
            len(self.visitors),
            tuple(minutes),
            _slowest_over_mean(made),
            _percentile(self.answers.every, 99),
            lost,
            tuple(self._troubles()),
            before.threads,
            after.threads,
            before.resident_mb,
            after.resident_mb,
        )

    async def _warm_up(self) -> None:
        """Let one visitor look at every panel in training, and leave."""
        visitor = Visitor(self.address, len(self.visitors), WARM_PANEL_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WARM_PANEL_S * len(PANELS)):
                await visitor.stay()
        self.trouble += visitor.account.trouble
        await asyncio.sleep(LEAVE_S)

    async def _minutes(self, seconds: float) -> AsyncIterator[Minute]:
        began = time.monotonic()
        while (left := seconds - (time.monotonic() - began)) > 1:
            since = self._state()
            await asyncio.sleep(min(60.0, left))
            minute = self._minute(time.monotonic() - began, since)
            self.answers.next_minute()
            self.memory.resident.clear()
            self.tell(minute.line())
            yield minute

    def _minute(self, at_s: float, since: _State) -> Minute:
        now, answers = self._state(), self.answers
        lasted = now.at - since.at
        steps, frames = now.steps - since.steps, now.frames - since.frames
        return Minute(
            round(at_s / 60, 2),
            float(steps.sum()) / lasted,
            _slowest_over_mean(steps),
            float(frames.mean()) / lasted,
            float(frames.min()) / lasted,
            _percentile(answers.minute, 50),
            _percentile(answers.minute, 99),
            max(answers.minute, default=0.0),
            max(answers.newcomers, default=0.0),
            self.memory.mean_mb or now.signs.resident_mb,
            self.memory.history_mb,
            self.memory.history_full,
            now.signs.threads,
            (now.signs.processor_s - since.signs.processor_s) / lasted,
        )

    def _state(self) -> _State:
        steps, frames = ([getattr(one.account, name) for one in self.visitors] for name in ("steps", "frames"))
        return _State(time.monotonic(), np.array(steps, np.int64), np.array(frames, np.int64), self._signs())

    async def _ask(self) -> None:
        """Ask for a file again and again, as the pages of a class do."""
        while True:
            began = time.perf_counter()
            try:
                await asyncio.to_thread(_fetch, self.address + ASKED)
            except OSError as error:
                self.trouble.append(f"a request failed: {error}")
            self.answers.minute.append(1e3 * (time.perf_counter() - began))
            await asyncio.sleep(ASK_S)

    async def _look(self) -> None:
        """Look at the server's memory again and again, since what it gives back it takes again."""
        while True:
            self.memory.resident.append(self._signs().resident_mb)
            with contextlib.suppress(OSError):  # a slow answer is told by ``_ask``
                found = json.loads(await asyncio.to_thread(_fetch, self.address + HEALTH))
                self.memory.history_mb = found.get("history_bytes", 0) / 1e6
                self.memory.history_full = found.get("history_fullness", 0.0)
            await asyncio.sleep(LOOK_S)

    async def _newcomers(self) -> None:
        """Let someone look in now and then, and leave again."""
        for number in itertools.count(len(self.visitors) + 1):
            await asyncio.sleep(NEWCOMER_S)
            try:
                self.answers.newcomers.append(await newcomer_ms(self.address, number))
            except (OSError, TimeoutError, WebSocketException) as error:
                self.trouble.append(f"a newcomer saw nothing: {type(error).__name__} {error}")

    def _signs(self) -> VitalSigns:
        found = vital_signs(self.pid)
        if found is None:
            raise RuntimeError("the server has ended")
        return found

    def _troubles(self) -> list[str]:
        return self.trouble + [what for visitor in self.visitors for what in visitor.account.trouble]


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own server
        read: bytes = answer.read()
    return read


def _slowest_over_mean(steps: Ints) -> float:
    return float(steps.min() / steps.mean()) if steps.size and steps.mean() else 0.0


def _percentile(values: list[float], share: float) -> float:
    return float(np.percentile(values, share)) if values else 0.0
