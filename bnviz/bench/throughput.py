"""What telemetry and a live viewer cost: steps per second with them, over those of the same twins in a bare loop."""

from __future__ import annotations

import statistics
import time
from threading import Event, Thread
from typing import NamedTuple

import torch

from bnviz.bench.device.speed import PlainLoop
from bnviz.bench.products import Products
from bnviz.bench.result import BenchRow
from bnviz.bench.thread_clock import processor_clock
from bnviz.config import Experiment, preset
from bnviz.data import load_dataset
from bnviz.live import wire
from bnviz.live.latest_messages import Cursor, Wakeup
from bnviz.live.registry import app_registry
from bnviz.live.session import Session
from bnviz.training.state import Status

FIVE_LAYERS = {"depth": 5}


def five_layers() -> Experiment:
    """Return the default scene with five hidden layers, the size that the budgets speak of."""
    base = preset("default")
    return Experiment(base.base.with_fields(**FIVE_LAYERS), base.arms)


class Pace(NamedTuple):
    """Steps per second of time as a clock counts it, and of the processor time of the thread that trains."""

    clock: float
    processor: float


class BareLoop:
    """The same twins in a plain PyTorch loop: no recorder, no checks, no thread but the caller's."""

    def __init__(self, experiment: Experiment) -> None:
        self._loop = PlainLoop(experiment, load_dataset(experiment.base.dataset), torch.device("cpu"))

    def pace(self, seconds: float) -> Pace:
        """Train for a while and return the rates."""
        count, started, computed = 0, time.perf_counter(), time.thread_time()
        while time.perf_counter() - started < seconds:
            self._loop.step()
            count += 1
        return Pace(count / (time.perf_counter() - started), count / (time.thread_time() - computed))


class Viewer(Wakeup):
    """A viewer without a browser: takes every message as a socket would, in a thread of its own."""

    def __init__(self, session: Session) -> None:
        # Not the base class's: there is no event loop here.
        self.frames = 0
        self._session = session
        self._wanted, self._stop = Event(), Event()
        self._thread = Thread(target=self._work, name="bnviz-bench-viewer", daemon=True)
        session.latest_messages.subscribe(self)
        self._thread.start()

    def wake(self) -> None:
        """Called for every message."""
        self._wanted.set()

    def close(self) -> None:
        """Leave."""
        self._session.latest_messages.unsubscribe(self)
        self._stop.set()
        self._wanted.set()
        self._thread.join()

    def _work(self) -> None:
        cursor = Cursor()
        while not self._stop.is_set():
            self._wanted.wait()
            self._wanted.clear()
            for message in self._session.pending(cursor):
                self.frames += message[5] == wire.FRAME  # the kind, without decoding what a socket only passes on


def training_with_viewer(rounds: int = 5, seconds: float = 2.0) -> list[BenchRow]:
    """Alternate bare and watched windows, and the products alone; the figure is the median of the paired ratios."""
    experiment = five_layers()
    bare, registry = BareLoop(experiment), app_registry()
    products = Products(experiment, load_dataset(experiment.base.dataset))
    session = registry.open()
    viewer = Viewer(session)
    try:
        session.configure(experiment)
        bare.pace(0.5)
        rates = []
        for _ in range(rounds):
            alone = bare.pace(seconds)
            watched, frames = _watched(session, viewer, seconds)
            rates.append((alone, watched, frames, products.steps_per_s(seconds / 4)))
    finally:
        viewer.close()
        registry.close_all()
    pairs = [watched.clock / alone.clock for alone, watched, _, _ in rates]
    detail = {
        "bare_steps_per_s": round(statistics.median(alone.clock for alone, _, _, _ in rates), 1),
        "watched_steps_per_s": round(statistics.median(watched.clock for _, watched, _, _ in rates), 1),
        "by_processor_time": round(statistics.median(two.processor / one.processor for one, two, _, _ in rates), 3),
        "limit": round(statistics.median(limit / alone.clock for alone, _, _, limit in rates), 2),
        "share_of_limit": round(statistics.median(watched.clock / limit for _, watched, _, limit in rates), 3),
        "rounds": rounds,
        "ratios": [round(pair, 3) for pair in pairs],
    }
    frames_per_s = statistics.median(rate[2] for rate in rates)
    return [
        BenchRow(
            "training with full telemetry and a viewer / bare loop",
            statistics.median(pairs),
            1.4,
            True,
            "ratio",
            detail,
        ),
        BenchRow("frames captured a second, 5 layers x 2 arms", frames_per_s, 30, True, "1/s"),
    ]


def _watched(session: Session, viewer: Viewer, seconds: float) -> tuple[Pace, float]:
    """Train for a while and return the rates, and how many frames per second the viewer took."""
    session.train()
    _settle(session)
    run, computed = session.run, processor_clock("bnviz-run-")
    first, frames, started, before = run.step if run else 0, viewer.frames, time.perf_counter(), computed()
    time.sleep(seconds)
    steps, elapsed = (run.step if run else 0) - first, time.perf_counter() - started
    pace = Pace(steps / elapsed, steps / (computed() - before))
    taken = (viewer.frames - frames) / elapsed
    session.pause()
    while session.status == Status.RUNNING:
        time.sleep(0.005)
    return pace, taken


def _settle(session: Session) -> None:
    """Wait until training is under way, and a little longer for the governor to know its costs."""
    while session.status != Status.RUNNING:
        time.sleep(0.005)
    time.sleep(0.3)


def first_frame(rounds: int = 7) -> BenchRow:
    """Time from a changed control (another width) to the first frame of the new run."""
    registry = app_registry()
    session = registry.open()
    times = []
    try:
        session.configure(five_layers(), autostart=True)
        cursor = Cursor()
        for index in range(rounds):
            base = five_layers()
            wanted = Experiment(base.base.with_fields(width=60 + index), base.arms)
            started = time.perf_counter()
            session.configure(wanted)
            times.append(_until_frame(session, cursor, 60 + index) - started)
    finally:
        registry.close_all()
    detail = {"milliseconds": [round(1e3 * t) for t in times]}
    return BenchRow(
        "control to first new frame (server side)", 1e3 * statistics.median(times), 100, False, "ms", detail
    )


def _until_frame(session: Session, cursor: Cursor, width: int) -> float:
    """Wait for a frame with this many units a layer."""
    while True:
        for message in session.pending(cursor):
            decoded = wire.decode(message)
            if decoded.kind == wire.FRAME and decoded.blocks[8].shape[1] == width:
                return time.perf_counter()
        time.sleep(0.001)
