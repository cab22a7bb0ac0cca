"""The socket over a real server on the loopback, with the client of another library."""

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request

import pytest
import uvicorn
from live_viewer import WAIT, tiny
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bnviz.live import server as room
from bnviz.live import wire
from bnviz.live.registry import Registry


class Server:
    """uvicorn in a thread, on a port that the system chose."""

    def __init__(self, base=""):
        app = Starlette(routes=room.routes(base), middleware=room.middleware())
        self.server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="test-server")
        self.thread.start()
        assert self.ready.wait(WAIT)

    async def _serve(self):
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        serving = asyncio.create_task(self.server.serve([listening]))
        while not self.server.started:
            await asyncio.sleep(0.005)
        self.ready.set()
        await serving

    def close(self):
        self.server.should_exit = True
        self.thread.join(WAIT)
        assert not self.thread.is_alive()


@pytest.fixture(scope="module")
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture
def registry(monkeypatch):
    made = Registry()
    monkeypatch.setattr(room, "registry", lambda: made)
    yield made
    made.close_all()


def open_socket(server, token, path="/bnviz/ws", **kwargs):
    return connect(f"ws://127.0.0.1:{server.port}{path}?token={token}", max_size=None, open_timeout=WAIT, **kwargs)


def read(client):
    return wire.decode(client.recv(timeout=WAIT))


def read_until(client, test):
    while True:
        message = read(client)
        if test(message):
            return message


def closing_code(client):
    while True:
        try:
            client.recv(timeout=WAIT)
        except ConnectionClosed as closed:
            return closed.rcvd.code


def send(client, **command):
    client.send(json.dumps(command))


def test_a_viewer_trains_and_sees_frames(server, session):
    session.configure(tiny())
    with open_socket(server, session.token) as client:
        read_until(client, lambda m: m.kind == wire.HELLO)
        assert read(client).kind == wire.FRAME
        send(client, op="train")
        steps = [read_until(client, lambda m: m.kind == wire.FRAME and m.step > 0).step for _ in range(3)]
        assert steps == sorted(set(steps))
        send(client, op="pause")
        read_until(client, lambda m: m.kind == wire.STATUS and b'"paused"' in bytes(m.blocks[0]))


def test_two_viewers_see_the_same_run(server, session):
    session.configure(tiny())
    with open_socket(server, session.token) as one, open_socket(server, session.token) as other:
        for client in (one, other):
            read_until(client, lambda m: m.kind == wire.HELLO)
        send(one, op="step")
        for client in (one, other):
            read_until(client, lambda m: m.kind == wire.STATUS and m.step == 1)
        assert session.latest_messages.viewers == 2


def test_a_viewer_that_leaves_is_no_viewer(server, session):
    session.configure(tiny())
    left = threading.Event()
    leave = session.unsubscribe
    session.unsubscribe = lambda wakeup: (leave(wakeup), left.set())
    with open_socket(server, session.token) as client:
        read(client)
        assert session.latest_messages.viewers == 1
    assert left.wait(WAIT)
    assert session.latest_messages.viewers == 0


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://127.0.0.1.evil.example", "null", "http://127.0.0.1", "file://"]
)
def test_a_foreign_origin_is_refused(server, session, origin):
    with open_socket(server, session.token, origin=origin) as client:
        assert closing_code(client) == room.FOREIGN_ORIGIN
    assert session.latest_messages.viewers == 0


def test_our_own_origin_and_a_proxys_are_accepted(server, session):
    for origin, headers in (
        (f"http://127.0.0.1:{server.port}", {}),
        ("https://class.example", {"X-Forwarded-Host": "class.example"}),
    ):
        with open_socket(server, session.token, origin=origin, additional_headers=headers) as client:
            assert read(client).kind == wire.STATUS


@pytest.mark.parametrize("token", ["", "guess", "%00", "x" * 500])
def test_an_unknown_token_is_refused(server, session, token):
    with open_socket(server, token) as client:
        assert closing_code(client) == room.UNKNOWN_TOKEN


def test_too_many_viewers(server, session, monkeypatch):
    monkeypatch.setattr(room, "MAX_VIEWERS", 1)
    with open_socket(server, session.token) as first:
        read(first)
        with open_socket(server, session.token) as second:
            assert closing_code(second) == room.TOO_MANY


def test_a_command_that_is_too_long_closes(server, session):
    with open_socket(server, session.token) as client:
        client.send(json.dumps({"op": "train", "padding": "x" * room.MAX_COMMAND}))
        assert closing_code(client) == room.TOO_LONG


NONSENSE = [
    "",
    "{",
    "[]",
    "3",
    '"train"',
    "null",
    "[" * 4000,
    '{"op": ' + "9" * 4000 + "}",
    b"\x00\xff",
    b'{"op": "train"}',
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda nonsense: repr(nonsense[:12]))
def test_what_is_no_command_changes_nothing_and_the_viewer_stays(server, session, nonsense):
    session.configure(tiny())
    with open_socket(server, session.token) as client:
        read_until(client, lambda m: m.kind == wire.HELLO)
        client.send(nonsense)
        assert session.run.step == 0
        send(client, op="step")
        read_until(client, lambda m: m.kind == wire.STATUS and m.step == 1)


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


def fetch(server, path, **headers):
    """Return status, headers and body of one of the assets."""
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/bnviz/assets/live/{path}", headers=headers)
    try:
        answer = urllib.request.urlopen(request)  # noqa: S310
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read()


def test_assets_are_asked_about_each_time(server):
    status, headers, body = fetch(server, "wire.js")
    assert status == 200
    assert headers["Cache-Control"] == "no-cache"
    assert "javascript" in headers["Content-Type"]
    assert body == (room.ASSETS / "live" / "wire.js").read_bytes()
    status, headers, _ = fetch(server, "wire.js", **{"If-None-Match": headers["ETag"]})
    assert status == 304
    assert headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["../../pyproject.toml", "..%2f..%2fpyproject.toml", "nothing.js"])
def test_nothing_else_is_served(server, path):
    assert fetch(server, path)[0] == 404


@pytest.mark.parametrize("base", ["", "/", "lab", "/lab/", "a/b"])
def test_the_base_path_is_the_prefix_of_the_routes(base):
    prefix = "/" + base.strip("/") if base.strip("/") else ""
    assert [route.path for route in room.routes(base)] == [f"{prefix}/bnviz/ws", f"{prefix}/bnviz/assets/live"]


def test_a_server_under_a_base_path(session):
    session.configure(tiny())
    server = Server("/lab")
    try:
        with open_socket(server, session.token, path="/lab/bnviz/ws") as client:
            read_until(client, lambda m: m.kind == wire.HELLO)
    finally:
        server.close()


def test_the_lifespan_ends_every_thread(registry, monkeypatch):
    session = registry.open()

    async def live():
        async with room.lifespan(None):
            session.configure(tiny(), autostart=True)

    monkeypatch.setattr(room, "_warm_up", lambda: None)
    asyncio.run(live())
    assert registry.sessions == []
