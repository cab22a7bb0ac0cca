"""A session that a page's own socket opens before the page's script has run: who gets one, and how long it lives."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import cache
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from live_viewer import WAIT
from starlette.websockets import WebSocketDisconnect
from web_server import Server, socket_of
from websockets.exceptions import ConnectionClosed

from bnviz.config import PRESETS, preset
from bnviz.config.limits import Limits
from bnviz.config.visitor import VISITOR_COOKIE, Visitor
from bnviz.lab import arrival as lab_arrival
from bnviz.lab import settings, viewer
from bnviz.lab.arrival import arrive
from bnviz.live import handshake, kept, wire
from bnviz.live import server as room
from bnviz.live.kept_recording import KeptRecording
from bnviz.live.registry import Registry
from bnviz.web.visitor_cookie import issued


@cache
def owner() -> str:
    return issued()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server(arrive=arrive)
    yield made
    made.close()


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    made = Registry(given=Limits(sessions=2))
    for module in (room, lab_arrival):
        monkeypatch.setattr(module, "registry", lambda: made)
    yield made
    made.close_all()


def knock(server: Server, query: str = "", cookie: str | None = None, **options: Any) -> Any:
    cookie = owner() if cookie is None else cookie
    headers = {"Cookie": f"{VISITOR_COOKIE}={cookie}"} if cookie else {}
    return socket_of(server, handshake.NEW, more=f"&for={quote(query)}", additional_headers=headers, **options)


def come_back(server: Server, query: str, cookie: str | None = None) -> Any:
    """Open the socket of a page whose session was lost with the server before this one."""
    cookie = owner() if cookie is None else cookie
    headers = {"Cookie": f"{VISITOR_COOKIE}={cookie}"} if cookie else {}
    return socket_of(server, "lost", more=f"&back={quote(query)}", additional_headers=headers)


def until_gone(registry: Registry, token: str) -> None:
    waited = time.monotonic()
    while registry.find(token) is not None:
        assert time.monotonic() - waited < WAIT
        time.sleep(0.01)


def test_a_page_is_served_before_its_script_has_run_and_the_script_takes_the_session_over(server, registry):
    with knock(server, "depth=2&width=8&dataset=spirals") as client:
        welcome = json.loads(client.recv(timeout=WAIT))
        session = registry.find(welcome["token"])
        assert session.experiment.base.depth == 2
        assert welcome["loop"] is None
        messages = [wire.decode(client.recv(timeout=WAIT))]
        while messages[-1].kind != wire.FRAME:
            messages.append(wire.decode(client.recv(timeout=WAIT)))
        assert messages[-1].step == 0, "networks of its own, before the first update"
        assert registry.resume(welcome["handle"], "another browser") is None
        claimed = registry.resume(welcome["handle"], owner())
        assert claimed is session
        viewer._claim(claimed)
        assert registry.resume(welcome["handle"], owner()) is None, "a second tab gets one of its own"
    while session.latest_messages.viewers:
        time.sleep(0.01)
    assert registry.find(session.token) is session


def test_what_no_script_takes_ends_with_the_socket(server, registry):
    with knock(server) as client:
        welcome = json.loads(client.recv(timeout=WAIT))
        assert welcome["loop"]["until"] > 100, "the first scene's recording plays"
        session = registry.find(welcome["token"])
        assert session.source == "recorded"
    until_gone(registry, session.token)
    assert registry.sessions == []


def test_what_no_script_takes_in_time_ends_while_its_socket_is_open(server, registry, monkeypatch):
    monkeypatch.setattr(room, "UNCLAIMED_S", 0.05)
    with knock(server, "depth=2&width=8") as client:
        token = json.loads(client.recv(timeout=WAIT))["token"]
        until_gone(registry, token)
        with suppress(ConnectionClosed):
            assert list(client)  # and no more, since the server has closed it


@pytest.mark.parametrize(
    ("query", "options", "code"),
    [
        ("", {"cookie": ""}, handshake.UNKNOWN_TOKEN),
        ("", {"origin": "https://elsewhere.example"}, handshake.FOREIGN_ORIGIN),
        ("depth=banana", {}, handshake.UNKNOWN_TOKEN),
        ("depth=3&lr=-1", {}, handshake.UNKNOWN_TOKEN),
        ("dataset=file:nothing.npz&depth=2&run=guessed", {}, handshake.UNKNOWN_TOKEN),
        ("preset=nothing", {}, handshake.UNKNOWN_TOKEN),
        *((f"{name}=1", {}, handshake.UNKNOWN_TOKEN) for name in sorted(lab_arrival.LEFT_TO_THE_SCRIPT)),
    ],
)
def test_where_only_the_script_can_say_what_is_seen_nothing_is_opened(server, registry, query, options, code):
    with knock(server, query, **options) as client, pytest.raises(ConnectionClosed) as closed:
        client.recv(timeout=WAIT)
    assert closed.value.rcvd.code == code
    assert registry.sessions == []


def test_without_room_nothing_is_opened_and_nothing_watched_ends(server, registry):
    watched = [registry.open() for _ in range(2)]
    with ExitStack() as viewers:
        for session in watched:
            viewers.enter_context(socket_of(server, session.token)).recv(timeout=WAIT)
        with knock(server) as client, pytest.raises(ConnectionClosed):
            client.recv(timeout=WAIT)
        assert registry.sessions == watched


def test_a_reloaded_page_sees_its_own_session_at_once_and_it_outlives_the_socket(server, registry):
    session = registry.open(visitor=Visitor(owner()))
    session.configure(preset("moons"))
    while session.history is None:
        time.sleep(0.01)
    with knock(server, f"preset=moons&run={session.handle}") as client:
        assert json.loads(client.recv(timeout=WAIT))["token"] == session.token
    while session.latest_messages.viewers or session.awaits_page:
        time.sleep(0.01)
    assert registry.find(session.token) is session


LOST = "named-before"
"""What the session of an open page was called on the server before this one."""


def test_a_page_that_comes_back_to_another_server_is_served_before_its_script_runs_and_keeps_its_name(server, registry):
    with come_back(server, f"depth=2&width=8&dataset=spirals&run={LOST}") as client:
        welcome = json.loads(client.recv(timeout=WAIT))
        session = registry.find(welcome["token"])
        assert welcome["handle"] == session.handle == LOST
        assert session.experiment.base.depth == 2
    while session.latest_messages.viewers:
        time.sleep(0.01)
    assert registry.find(session.token) is session, "a socket that is lost for a moment loses no run"
    with come_back(server, f"depth=2&width=8&dataset=spirals&run={LOST}") as client:
        assert json.loads(client.recv(timeout=WAIT))["token"] == session.token
        assert registry.resume(LOST, "another browser") is None
        claimed = registry.resume(LOST, owner())
        assert claimed is session
        viewer._claim(claimed)
        assert registry.resume(LOST, owner()) is None, "the page's script has it now"


def test_a_page_that_comes_back_after_its_script_finds_the_scripts_session(server, registry):
    session = registry.open(visitor=Visitor(owner()), handle=LOST)
    session.configure(preset("moons"))
    with come_back(server, f"preset=moons&run={LOST}") as client:
        assert json.loads(client.recv(timeout=WAIT))["token"] == session.token
        assert not session.awaits_page
    other = registry.open(visitor=Visitor(owner()), handle=LOST)
    assert other.handle != LOST, "one page's name is not given to another"
    registry.close(other.token)
    assert registry.open(visitor=Visitor(owner()), handle="<b>" * 4).handle != "<b>" * 4


def test_a_page_that_comes_back_sees_what_was_kept_of_its_run(server, registry, monkeypatch, tmp_path):
    monkeypatch.setattr(kept, "_folder", lambda: tmp_path / "kept")
    ended = Registry()
    former = ended.open(visitor=Visitor(owner()), handle=LOST)
    former.configure(preset("moons"), autostart=True)
    while former.run.step < 3:
        time.sleep(0.01)
    assert kept.keep_runs([former], WAIT) == 1
    ended.close_all()
    with come_back(server, f"preset=moons&run={LOST}") as client:
        session = registry.find(json.loads(client.recv(timeout=WAIT))["token"])
        assert isinstance(session.history, KeptRecording)
        assert session.handle == LOST
        assert not session.kept_is_damaged
    registry.close(session.token)

    path = kept._path(LOST, owner())
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"torn")
    with come_back(server, f"preset=moons&run={LOST}") as client:
        session = registry.find(json.loads(client.recv(timeout=WAIT))["token"])
        assert session.kept_is_damaged, "the script says so"
        assert session.experiment == preset("moons")


def test_a_session_that_was_forgotten_before_its_viewer_came_is_not_served(server, registry, monkeypatch):
    """Many sockets at once: sessions without a viewer make room for those after them, and one was just opened."""
    opened = []

    def forgotten(*given):
        arrival = arrive(*given)
        opened.append(arrival.session)
        registry.close(arrival.session.token)
        return arrival

    hasty = Server(arrive=forgotten)
    try:
        with come_back(hasty, f"preset=moons&run={LOST}") as client, pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=WAIT)
    finally:
        hasty.close()
    assert closed.value.rcvd.code == handshake.UNKNOWN_TOKEN
    (session,) = opened
    assert session.latest_messages.viewers == 0
    session.train()
    session.step_once()
    assert session.run is None, "no one would ever end its threads"


def test_a_page_that_comes_back_counts_as_a_viewer(server, registry, monkeypatch):
    monkeypatch.setattr(room, "limits", lambda: Limits(viewers_per_session=2))
    with ExitStack() as held:
        clients = [held.enter_context(come_back(server, f"preset=moons&run={LOST}")) for _ in range(2)]
        assert len({json.loads(client.recv(timeout=WAIT))["token"] for client in clients}) == 1
        with come_back(server, f"preset=moons&run={LOST}") as third, pytest.raises(ConnectionClosed) as closed:
            third.recv(timeout=WAIT)
        assert closed.value.rcvd.code == handshake.TOO_MANY


def test_whoever_has_gone_before_being_refused_leaves_no_error():
    class Gone:
        scope: ClassVar = {"subprotocols": ["bnviz", "lost"]}
        headers: ClassVar = {"host": "a", "origin": "http://a"}
        query_params: ClassVar = {"back": "depth=banana"}
        cookies: ClassVar = {}
        client = None

        async def accept(self, _subprotocol):
            pass

        async def close(self, _code):
            raise WebSocketDisconnect(1006)

    asyncio.run(room.live_socket(Gone(), arrive=arrive))


@pytest.mark.parametrize("query", ["depth=banana", "tour=1", "step=30"])
def test_where_only_the_script_can_say_what_a_returned_page_shows_nothing_is_opened(server, registry, query):
    for cookie in (owner(), ""):
        with come_back(server, f"{query}&run={LOST}", cookie) as client, pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=WAIT)
        assert closed.value.rcvd.code == handshake.UNKNOWN_TOKEN
    assert registry.sessions == []


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_the_script_finds_what_the_page_opened_with(name, registry):
    query = f"preset={name}"
    session = arrive(query, Visitor(owner())).session
    state: dict[str, Any] = {}
    settings.sync_from_url(state, {"preset": name})
    assert repr(session.arrived.configs) == repr(settings.read(state).configs)
    registry.close(session.token)
