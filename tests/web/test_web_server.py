"""What st.App is given."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from live_viewer import WAIT, tiny
from web_server import Server, socket_of

from bnviz.live import server as live_server
from bnviz.live import wire
from bnviz.live.handshake import WELCOME
from bnviz.live.registry import Registry
from bnviz.web import server as room


@pytest.fixture
def registry(monkeypatch):
    made = Registry()
    monkeypatch.setattr(room, "_registry", lambda: made)
    monkeypatch.setattr(live_server, "registry", lambda: made)
    yield made
    made.close_all()


def test_nagles_algorithm_is_off():
    class Transport:
        def get_extra_info(self, name):
            return sock

    class Protocol:
        transport = Transport()

        async def send(self, message): ...

    async def nothing(*_): ...

    with socket.socket() as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        asyncio.run(room.NoDelay(nothing)({"type": "websocket"}, nothing, Protocol().send))
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    asyncio.run(room.NoDelay(nothing)({"type": "websocket"}, nothing, nothing))  # no transport: nothing to do


@pytest.mark.parametrize("base", ["", "/", "lab", "/lab/", "a/b"])
def test_the_base_path_is_the_prefix_of_the_routes(base):
    prefix = "/" + base.strip("/") if base.strip("/") else ""
    assert {route.path for route in room.routes(base)} == {
        f"{prefix}/bnviz/{name}" for name in ("ws", "assets", "health", "metrics")
    }


def test_a_server_under_a_base_path(registry):
    session = registry.open()
    session.configure(tiny())
    server = Server("/lab")
    try:
        with socket_of(server, session.token, prefix="/lab") as client:
            assert client.recv(timeout=WAIT) == WELCOME
            while wire.decode(client.recv(timeout=WAIT)).kind != wire.HELLO:
                pass
        assert server.fetch("/lab/bnviz/assets/live/wire.js")[0] == 200
    finally:
        server.close()


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_the_middleware_lets_everything_but_requests_pass(kind):
    """An error with "lifespan" is swallowed by uvicorn: the app then runs without its janitor, and no run ever ends."""
    passed = []

    async def app(scope, receive, send):
        passed.append(scope)

    async def nothing(*_): ...

    for each in reversed(room.middleware()):
        app = each.cls(app, *each.args, **each.kwargs)
    scope = {"type": kind} if kind == "lifespan" else {"type": kind, "path": "/bnviz/ws", "headers": []}
    asyncio.run(app(scope, nothing, nothing))
    assert [each["type"] for each in passed] == [kind]


ROOT = Path(__file__).parents[2]


def test_the_server_answers_before_torch_is_there():
    """Importing torch takes three times as long as all else between the command and the first byte of a page."""
    told = """
import asyncio, sys
from bnviz.web import server

server._FIRST_ANSWERS_S = 60

async def live():
    async with server.lifespan(None):
        server.routes(), server.middleware()

asyncio.run(live())
print([name for name in sys.modules if name in ("torch", "bnviz.live.registry")])
"""
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", "neither the start nor an early end waits for torch"


def test_without_torch_the_server_says_so_once_and_goes_on(tmp_path):
    """It used to import torch again in each of the janitor's rounds, and to log each failure."""
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text('raise OSError("libtorch.so: cannot open shared object file")\n')
    told = """
import asyncio
from operator import methodcaller
from bnviz.web import server

server._FIRST_ANSWERS_S, server._ROUND_S = 0, 0.01

async def live():
    async with server.lifespan(None):
        await asyncio.sleep(0)
        server._warm_up()
        for _ in range(3):
            await asyncio.to_thread(server._if_opened, methodcaller("reap_idle"))

asyncio.run(live())
"""
    path = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True, env=path)
    assert set(done.stderr.splitlines()) == {
        "torch cannot be imported, and most pages need it: libtorch.so: cannot open shared object file"
    }


async def comes_while_serving(event):
    async with room.lifespan(None):
        return await asyncio.to_thread(event.wait, WAIT)


def test_after_its_first_answers_the_server_prepares_runs(registry, monkeypatch):
    prepared = threading.Event()
    monkeypatch.setattr(room, "_FIRST_ANSWERS_S", 0.0)
    monkeypatch.setattr(room, "_warm_up", prepared.set)
    assert asyncio.run(comes_while_serving(prepared))


def test_the_janitor_goes_round_while_the_server_runs(registry, monkeypatch):
    went = threading.Event()
    monkeypatch.setattr(room, "_warm_up", lambda: None)
    monkeypatch.setattr(room, "_ROUND_S", 0.01)
    monkeypatch.setattr(registry, "reap_idle", went.set)
    assert asyncio.run(comes_while_serving(went))


def test_the_lifespan_ends_every_thread(registry, monkeypatch):
    session = registry.open()

    async def live():
        async with room.lifespan(None):
            session.configure(tiny(), autostart=True)

    monkeypatch.setattr(room, "_warm_up", lambda: None)
    asyncio.run(live())
    assert registry.sessions == []
