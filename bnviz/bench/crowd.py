"""Many sessions at once: does everyone progress, does the event loop answer, what does one cost in memory."""

from __future__ import annotations

import asyncio
import gc
import math
import time
from pathlib import Path

from bnviz.bench.result import BenchRow
from bnviz.bench.throughput import five_layers
from bnviz.config import Experiment
from bnviz.live.latest_messages import Wakeup
from bnviz.live.registry import app_registry
from bnviz.live.session import Session
from bnviz.telemetry.history import RunHistory
from bnviz.training.heap import trim_heap

CROWD = 20
SETTLE_S = 5.0
SETTLED_STEP = 51


def resident_mb() -> float | None:
    """Return the process's resident memory in MB (10^6 bytes), None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6


def twenty_sessions(seconds: float = 12.0) -> list[BenchRow]:
    """Train in CROWD sessions at once; measure the slowest's share and the event loop's longest delay."""
    registry = app_registry()
    sessions = [registry.open() for _ in range(CROWD)]
    try:
        return asyncio.run(_crowd(sessions, seconds))
    finally:
        registry.close_all()


async def _crowd(sessions: list[Session], seconds: float) -> list[BenchRow]:
    loop = asyncio.get_running_loop()
    for seed, session in enumerate(sessions):
        base = five_layers()
        session.subscribe(Wakeup(loop))
        session.configure(Experiment(base.base.with_fields(seed=seed), base.arms), autostart=True)
    # Evaluations of the first steps, which come whatever they cost, are over for all of them.
    while any(session.run is None or session.run.step < SETTLED_STEP for session in sessions):
        await asyncio.sleep(0.05)
    frames = [_FrameCount(session) for session in sessions]
    before = [session.run.step for session in sessions if session.run]
    delays, ends = [], time.perf_counter() + seconds
    while time.perf_counter() < ends:
        asked = time.perf_counter()
        await asyncio.sleep(0.02)
        delays.append(time.perf_counter() - asked - 0.02)
    made = [session.run.step - was for session, was in zip(sessions, before, strict=True) if session.run]
    mean = sum(made) / len(made)
    rates = sorted(count.frames / seconds for count in frames)
    detail = {"steps_each": sorted(made), "frames_each": [round(rate, 1) for rate in rates], "seconds": seconds}
    return [
        BenchRow(
            "20 sessions at once: slowest / mean progress", min(made) / mean if mean else 0, 0.9, True, "ratio", detail
        ),
        BenchRow("20 sessions at once: longest wait of the event loop", 1e3 * max(delays), 300, False, "ms"),
        BenchRow("20 sessions at once: frames a second of the slowest", rates[0], 5, True, "1/s"),
    ]


class _FrameCount:
    """Counts the frames of a session from now on."""

    def __init__(self, session: Session) -> None:
        self.frames = 0
        if isinstance(session.history, RunHistory):
            session.history.listen(self._count)

    def _count(self) -> None:
        self.frames += 1


def memory(idle: int = 10, running: int = 4, seconds: float = 20.0) -> list[BenchRow]:
    """Measure resident memory per idle session and per session that has been training for a while."""
    if resident_mb() is None:
        return [BenchRow("memory of a session", None, 40, False, "MB", {"skipped": "no /proc on this system"})]
    registry = app_registry()
    try:
        warm = registry.open()
        warm.configure(five_layers(), autostart=True)
        _wait_for_steps([warm], 200)
        registry.close(warm.token)
        start = _settled_mb()
        sessions = [registry.open() for _ in range(idle)]
        for seed, session in enumerate(sessions):
            base = five_layers()
            session.configure(Experiment(base.base.with_fields(seed=seed), base.arms))
        while any(session.history is None for session in sessions):
            time.sleep(0.01)
        at_rest = _settled_mb()
        for session in sessions[:running]:
            session.train()
        _wait_for_steps(sessions[:running], 50)
        time.sleep(seconds)
        at_work = _settled_mb()
    finally:
        registry.close_all()
    return [
        BenchRow("memory of one idle session", (at_rest - start) / idle, 5, False, "MB"),
        BenchRow("memory of one running session", (at_work - at_rest) / running, 40, False, "MB", {"seconds": seconds}),
    ]


def _settled_mb() -> float:
    """Return the resident memory once nothing more is given back: what a closed session held must not count."""
    least, ends = math.inf, time.monotonic() + SETTLE_S
    while True:
        gc.collect()
        trim_heap()
        found = resident_mb() or 0.0
        if found > least - 0.5 or time.monotonic() > ends:
            return min(found, least)
        least = found
        time.sleep(0.3)


def _wait_for_steps(sessions: list[Session], steps: int) -> None:
    while any(session.run is None or session.run.step < steps for session in sessions):
        time.sleep(0.02)
