"""A class presses one button: what is left for a live run beside, and whether everybody gets an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Barrier, Event, Thread

from bnviz.bench.result import BenchRow
from bnviz.bench.throughput import Viewer, five_layers
from bnviz.config.limits import Limits
from bnviz.config.visitor import Visitor
from bnviz.live.registry import app_registry
from bnviz.live.session import Session
from bnviz.progress import ProgressCallback
from bnviz.training.permits import CorePermits, usable_cores
from bnviz.training.task import DONE, Task
from bnviz.training.tasks import TaskQueue

Work = Callable[[ProgressCallback], object]
"""Computes what a button of a chapter computes; takes a callback for progress."""

VISITORS, ALONE_S, WINDOW_S, PATIENCE_S = 12, 4.0, 15.0, 900.0
LEAST_SHARE, LEAST_FRAMES = 0.5, 10.0


@dataclass(frozen=True, slots=True)
class _Pace:
    """Steps and frames per second of the live run."""

    steps: float
    frames: float


def twelve_press(work: Work, visitors: int = VISITORS, window_s: float = WINDOW_S) -> list[BenchRow]:
    """Measure a live run alone, beside visitors whose runs wait in the queue, and beside threads without permits.

    The share of one of 13 visitors is 1/13 of what all cores could step: the steps of the run alone, on one core,
    times the cores, over 13.
    """
    permits = CorePermits()
    registry, tasks = app_registry(permits), TaskQueue(permits, Limits(unseen_task_s=1e5))
    session = registry.open(visitor=Visitor("the lab"))
    viewer = Viewer(session)
    try:
        session.configure(five_layers(), autostart=True)
        while session.run is None or session.run.step < 100:
            time.sleep(0.02)
        alone = _pace(session, viewer, ALONE_S)
        started = time.perf_counter()
        pressed = [tasks.start(lambda task: work(task.report), Visitor(f"visitor {k}")) for k in range(visitors)]
        beside = _pace(session, viewer, window_s)
        waits = _ends(pressed, started)
        former = _without_permits(work, visitors, lambda: _pace(session, viewer, window_s))
    finally:
        tasks.cancel_all()
        viewer.close()
        registry.close_all()
    share = alone.steps * usable_cores() / (visitors + 1)
    detail = {
        "steps_per_s": {"alone": alone.steps, "beside": beside.steps, "without_permits": former.steps},
        "frames_per_s": {"alone": alone.frames, "beside": beside.frames, "without_permits": former.frames},
        "share_per_s": share,
        "seconds_until_answers": [round(wait, 1) for wait in waits],
    }
    done = sum(task.state == DONE for task in pressed)
    who = f"{visitors} visitors press a chapter's run"
    return [
        BenchRow(
            f"{who}: steps of the lab beside / its share", beside.steps / share, LEAST_SHARE, True, "ratio", detail
        ),
        BenchRow(f"{who}: frames of the lab beside", beside.frames, LEAST_FRAMES, True, "1/s"),
        BenchRow(f"{who}: of them finished", float(done), float(visitors), True, "runs"),
        BenchRow(f"{who}: longest wait for an answer", max(waits), None, False, "s"),
    ]


def _pace(session: Session, viewer: Viewer, seconds: float) -> _Pace:
    run = session.run
    if run is None:
        return _Pace(0.0, 0.0)
    step, frames, started = run.step, viewer.frames, time.perf_counter()
    time.sleep(seconds)
    took = time.perf_counter() - started
    return _Pace((run.step - step) / took, (viewer.frames - frames) / took)


def _ends(tasks: list[Task], started: float) -> list[float]:
    """Wait for all tasks; return after how many seconds each ended."""
    ends: dict[int, float] = {}
    while len(ends) < len(tasks) and time.perf_counter() - started < PATIENCE_S:
        for task in tasks:
            if not task.running:
                ends.setdefault(task.number, time.perf_counter() - started)
        time.sleep(0.05)
    return [ends.get(task.number, PATIENCE_S) for task in tasks]


class _LeftError(Exception):
    """The measurement is over."""


def _without_permits(work: Work, visitors: int, measure: Callable[[], _Pace]) -> _Pace:
    """Measure beside threads that compute as pages did before there was a queue; they are ended after it."""
    over, begun = Event(), Barrier(visitors + 1)

    def report(_done: int, _total: int) -> None:
        if over.is_set():
            raise _LeftError

    def compute() -> None:
        begun.wait()
        try:
            while not over.is_set():
                work(report)
        except _LeftError:
            return

    threads = [Thread(target=compute, name=f"bnviz-bench-press-{k}", daemon=True) for k in range(visitors)]
    for thread in threads:
        thread.start()
    begun.wait()
    found = measure()
    over.set()
    for thread in threads:
        thread.join()
    return found
