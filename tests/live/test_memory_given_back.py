"""Memory goes back to the system when what held it ends, and not before the next run begins."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from bnviz.bench.crowd import resident_mb
from bnviz.bench.throughput import Viewer
from bnviz.config import Experiment, preset
from bnviz.live.registry import Registry
from bnviz.training import heap
from bnviz.training.heap import HeapKeeper, trim_heap

GROWN_MB = 35.0


def in_use() -> float:
    found = resident_mb()
    if found is None:
        pytest.skip("no /proc on this system")
    return found


def train(registry: Registry, sessions: int, enough: Callable[[], bool]) -> None:
    """Train in so many sessions with viewers until it is enough; then the viewers leave."""
    made, base = [registry.open() for _ in range(sessions)], preset("default")
    viewers = [Viewer(session) for session in made]
    for seed, session in enumerate(made):
        session.configure(Experiment(base.base.with_fields(seed=seed), base.arms), autostart=True)
    ends = time.monotonic() + 60
    while time.monotonic() < ends and not (enough() and all(one.run and one.run.step > 50 for one in made)):
        registry.reap_idle()  # as the janitor does
        time.sleep(0.05)
    for viewer in viewers:
        viewer.close()


def test_what_sessions_held_is_given_back_soon_after_they_end(registry: Registry) -> None:
    now = time.monotonic()
    train(registry, 1, lambda: True)  # what is imported and kept once for all
    registry.reap_idle(now + 1000)
    gc.collect()
    trim_heap()
    start = in_use()
    train(registry, 4, lambda: in_use() > start + GROWN_MB)
    grown = in_use() - start
    assert grown > GROWN_MB
    ends, later = time.monotonic() + 20, now + 2000
    while in_use() > start + grown / 2 and time.monotonic() < ends:
        registry.reap_idle(later)
        time.sleep(0.1)
        later += 11
    assert registry.sessions == []
    assert in_use() <= start + grown / 2, f"{in_use() - start:.0f} of {grown:.0f} MB are still held"


def test_it_is_given_back_when_something_has_ended_and_at_most_so_often(monkeypatch) -> None:
    given_back = []
    monkeypatch.setattr(heap, "trim_heap", lambda: given_back.append(now))
    keeper = HeapKeeper(every_s=10)
    counts = {0: (0, 0), 1: (3, 2), 2: (5, 2), 3: (5, 1), 4: (5, 1), 12: (5, 1), 13: (5, 1), 14: (4, 1), 15: (3, 1)}
    for now in range(60):
        keeper.round(now, *counts.get(now, (3, 1)))
    assert given_back == [3, 13, 23, 33]


def test_nothing_is_collected_while_nothing_ends(monkeypatch) -> None:
    monkeypatch.setattr(heap, "trim_heap", lambda: pytest.fail("nothing has ended"))
    keeper = HeapKeeper()
    for now in range(100):
        keeper.round(now, now, 2 * now)
