"""How training scales with the number of sessions: all of them train, each with everything recorded and a viewer."""

from __future__ import annotations

import statistics
import time
from threading import Barrier, Thread

from bnviz.bench.products import Products
from bnviz.bench.result import BenchRow
from bnviz.bench.scaling import slope, slope_row
from bnviz.bench.throughput import Viewer
from bnviz.config import Experiment, preset
from bnviz.data import load_dataset
from bnviz.live.registry import app_registry
from bnviz.live.session import Session
from bnviz.training.permits import SLICE_S, usable_cores

SESSIONS = (1, 2, 4, 8, 16, 32)
SETTLE_S, WINDOW_S, PRODUCTS_S = 0.5, 2.5, 0.6
TURNS = 10
"""Least turns of every session in a window, so that one turn more or less changes little."""


def along_sessions(numbers: tuple[int, ...] = SESSIONS, window_s: float = WINDOW_S) -> list[BenchRow]:
    """Measure the steps of all sessions together, and the matrix products alone on as many cores as they may use."""
    cores = usable_cores()
    rows, totals, limits = [], [], []
    for number in numbers:
        seconds = max(window_s, TURNS * SLICE_S * number / cores)
        made = _steps_of_each(number, seconds)
        total, limit = sum(made) / seconds, products_on_cores(min(number, cores), min(window_s, PRODUCTS_S))
        detail = {
            "axis": "sessions",
            "at": number,
            "limit": round(limit, 1),
            "slowest_over_mean": round(min(made) / statistics.mean(made), 3),
            "cores": cores,
        }
        what = f"{number} sessions: steps per second of all together, with frames and viewers"
        rows.append(BenchRow(what, total, None, True, "1/s", detail))
        totals.append(total)
        limits.append(limit)
    if len(numbers) > 1:
        others = {"products": round(slope(numbers, limits), 3)}
        rows.append(slope_row("sessions", numbers, slope(numbers, totals), others))
    return rows


def products_on_cores(threads: int, seconds: float) -> float:
    """Return the rate of threads that do nothing but the matrix products of the default scene, all together."""
    experiment, rates, start = preset("default"), [0.0] * threads, Barrier(threads)
    dataset = load_dataset(experiment.base.dataset)

    def work(number: int) -> None:
        products = Products(experiment, dataset)
        products.step()
        start.wait()
        rates[number] = products.steps_per_s(seconds)

    workers = [Thread(target=work, args=(k,), name=f"bnviz-bench-products-{k}") for k in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(rates)


def _steps_of_each(number: int, seconds: float) -> list[int]:
    """Train in so many sessions for a while and return how many steps each made."""
    registry, base = app_registry(), preset("default")
    sessions = [registry.open() for _ in range(number)]
    viewers = [Viewer(session) for session in sessions]
    try:
        for seed, session in enumerate(sessions):
            session.configure(Experiment(base.base.with_fields(seed=seed), base.arms), autostart=True)
        while not all(_steps(session) for session in sessions):
            time.sleep(0.02)
        time.sleep(SETTLE_S)
        before = [_steps(session) for session in sessions]
        time.sleep(seconds)
        return [_steps(session) - was for session, was in zip(sessions, before, strict=True)]
    finally:
        for viewer in viewers:
            viewer.close()
        registry.close_all()


def _steps(session: Session) -> int:
    return session.run.step if session.run else 0
