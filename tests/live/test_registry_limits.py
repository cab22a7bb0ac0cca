"""One visitor takes neither all runs nor all sessions, and a session with a viewer is never forgotten for another."""

from __future__ import annotations

import pytest
from live_viewer import tiny

from bnviz.config import InputError
from bnviz.config.limits import Limits
from bnviz.config.visitor import Visitor
from bnviz.live.registry import NoRoomError, Registry
from bnviz.training.state import Status


@pytest.fixture
def open_registry():
    made = []

    def build(**given):
        registry = Registry(given=Limits(**given))
        made.append(registry)
        return registry

    yield build
    for registry in made:
        registry.close_all()


def test_one_client_with_many_sessions_leaves_runs_to_others(open_registry, watch):
    registry = open_registry(runs=4, runs_per_visitor=2, runs_per_address=3)
    greedy = [registry.open(visitor=Visitor("greedy", "1")) for _ in range(4)]
    changing = [registry.open(visitor=Visitor(f"new cookie {n}", "1")) for n in range(3)]
    modest = registry.open(visitor=Visitor("modest", "2"))
    for session in (*greedy, *changing, modest):
        viewer = watch(session)
        session.configure(tiny(), autostart=True)
    viewer.until(lambda: modest.run is not None and modest.run.step > 0)
    viewer.until(lambda: modest.status == Status.RUNNING)
    queue = registry._run_queue
    viewer.until(lambda: queue.counts(Visitor("", "1"))[2] == 7)  # all have asked
    admitted = [queue.position(session.run) == 0 for session in (*greedy, *changing)]
    assert sum(admitted[:4]) <= 2
    assert sum(admitted) <= 3


def test_a_session_with_a_viewer_is_never_forgotten_for_another(open_registry, watch):
    registry = open_registry(sessions=3)
    watched = [registry.open() for _ in range(3)]
    for session in watched:
        watch(session)
    with pytest.raises(NoRoomError, match="3 live views are being watched already") as refused:
        registry.open()
    assert isinstance(refused.value, InputError)
    assert registry.sessions == watched
    assert registry.open(watched[0].token) is watched[0]


def test_a_visitor_with_too_many_loses_own_idle_sessions_only(open_registry, watch):
    registry = open_registry(sessions=9, sessions_per_visitor=2, sessions_per_address=4)
    me, you = Visitor("me", "1"), Visitor("you", "1")
    mine, yours = [registry.open(visitor=me) for _ in range(2)], registry.open(visitor=you)
    watch(mine[0])
    third = registry.open(visitor=me)
    assert registry.sessions == [mine[0], yours, third]
    watch(third)
    with pytest.raises(NoRoomError, match="2 live views"):
        registry.open(visitor=me)
    others = [registry.open(visitor=Visitor(f"cookie {n}", "1")) for n in range(20)]
    assert len(registry.sessions) == 4
    assert registry.find(others[-1].token) is others[-1]


def test_an_address_that_opens_session_after_session_leaves_room(open_registry, watch):
    registry = open_registry(sessions=4, sessions_per_address=3)
    for n in range(3):
        watch(registry.open(visitor=Visitor(f"cookie {n}", "1")))
    with pytest.raises(NoRoomError, match="3 live views"):
        registry.open(visitor=Visitor("one more", "1"))
    assert registry.open(visitor=Visitor("else", "2"))
