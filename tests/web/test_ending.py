"""The server ends within five seconds of SIGTERM and keeps what visitors watched, for them and no one else."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import streamlit
from opened_app import open_at, recordings_only

from bnviz.bench.app_process import app_process, wait_until_healthy
from bnviz.bench.soak_visitor import live_socket
from bnviz.bench.streamlit_door import Opened, open_page
from bnviz.config.visitor import Visitor
from bnviz.lab import viewer
from bnviz.live import kept, wire
from bnviz.live.packing import unpacked
from bnviz.live.registry import Registry
from bnviz.text.catalogue import translate
from bnviz.web.ending import bound_goodbyes, run_bounded

PATIENCE_S = 60.0
EXIT_S = 5.0
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")


def told(message) -> dict:
    return json.loads(message.blocks[0].tobytes())


async def until(live, holds) -> list:
    """Read decoded messages until one is what is waited for; returns all that came."""
    seen = []
    async with asyncio.timeout(PATIENCE_S):
        async for data in live:
            for part in unpacked(data) if isinstance(data, bytes) else ():
                seen.append(wire.decode(part))
                if holds(seen[-1]):
                    return seen
    raise AssertionError([message.kind for message in seen])


def trained(steps: int):
    return lambda message: (
        message.kind == wire.STATUS and told(message)["status"] == "running" and told(message)["step"] >= steps
    )


def frozen(address: str, path: str, *headers: str) -> socket.socket:
    """Ask for something as a browser that is frozen then: it reads no further, and answers nothing."""
    host = urlsplit(address).netloc
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)  # soon full, so that the server's answer waits
    sock.settimeout(PATIENCE_S)
    sock.connect(("127.0.0.1", int(host.partition(":")[2])))
    sock.sendall("\r\n".join((f"GET {path} HTTP/1.1", f"Host: {host}", *headers, "", "")).encode())
    assert sock.recv(12) in (b"HTTP/1.1 101", b"HTTP/1.1 200")
    return sock


def frozen_viewer(address: str, token: str) -> socket.socket:
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    offer = ("Upgrade: websocket", "Connection: Upgrade", key, "Sec-WebSocket-Version: 13")
    return frozen(address, "/bnviz/ws", *offer, f"Sec-WebSocket-Protocol: bnviz, {token}")


def frozen_download(address: str) -> socket.socket:
    """Begin to fetch the largest file of Streamlit, several megabytes."""
    folder = Path(streamlit.__file__).parent / "static"
    largest = max((folder / "static" / "js").iterdir(), key=lambda path: path.stat().st_size)
    return frozen(address, f"/{largest.relative_to(folder).as_posix()}")


async def watch_until_it_ends(address: str, process) -> tuple[Opened, int, float]:
    async with AsyncExitStack() as stack:
        opened = await open_page(stack, address, {"width": "12"})
        live = await stack.enter_async_context(live_socket(address, opened.token, 0))
        await live.send(json.dumps({"op": "train"}))
        step = told((await until(live, trained(20)))[-1])["step"]
        stack.enter_context(frozen_viewer(address, opened.token))
        stack.enter_context(frozen_download(address))
        process.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        await asyncio.to_thread(process.wait, PATIENCE_S)
        return opened, step, time.monotonic() - asked


async def come_back(address: str, handle: str, cookie: str) -> tuple[dict, dict]:
    """Return HELLO and STATUS of what a page with this address and cookie shows."""
    async with AsyncExitStack() as stack:
        opened = await open_page(stack, address, {"width": "12", "run": handle}, {"Cookie": cookie})
        live = await stack.enter_async_context(live_socket(address, opened.token, 0))
        seen = await until(live, lambda message: message.kind == wire.STATUS and told(message)["step"] is not None)
        hello = next((told(message) for message in seen if message.kind == wire.HELLO), {})
        return hello, told(seen[-1])


def test_a_server_that_is_told_to_end_is_gone_in_five_seconds_and_its_runs_are_found_again(tmp_path: Path) -> None:
    own = {"BNVIZ_DATA_DIR": str(tmp_path)}
    with app_process(environment=own) as (port, process):
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(address, process)
        opened, step, lasted = asyncio.run(watch_until_it_ends(address, process))
    assert lasted < EXIT_S
    assert len(list((tmp_path / "kept").iterdir())) == 1
    with app_process(environment=own) as (port, process):
        address = f"http://127.0.0.1:{port}"
        wait_until_healthy(address, process)
        _, foreign = asyncio.run(come_back(address, opened.handle, "bnviz_visitor=another"))
        assert foreign["message"] is None
        hello, status = asyncio.run(come_back(address, opened.handle, opened.cookie))
    assert (hello["source"], hello["experiment"]["base"]["width"]) == ("recorded", 12)
    assert (status["status"], status["message"]) == ("idle", "kept")
    assert status["step"] >= step
    assert len(list((tmp_path / "kept").iterdir())) == 1, "it is kept once more: its owner did not train it yet"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept"


@pytest.mark.parametrize("handle", ["", "../../etc/passwd", "x" * 100_000, "\0", "\ud800"])
def test_a_name_that_was_never_given_finds_nothing(folder: Path, handle: str) -> None:
    assert Registry().returned(handle, Visitor("owner")) is None


def test_a_damaged_recording_is_told_once_and_gone(folder: Path) -> None:
    path = kept._path("handle", "owner")
    path.write_bytes(b"PK\3\4 and then nothing")
    with pytest.raises(kept.KeptDamagedError, match="found no end of a zip"):
        kept.take("handle", "owner")
    assert not path.exists()
    assert kept.take("handle", "owner") is None


def test_a_page_says_that_what_was_kept_for_it_is_damaged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept._path("handle", "owner").write_bytes(b"PK\3\4 and then nothing")
    monkeypatch.setattr(viewer, "visitor", lambda: Visitor("owner"))
    with recordings_only():
        app = open_at("lab", run="handle")
        assert [each.value for each in app.toast] == [translate("lab.kept_damaged", "en")]
        app.run()
        assert not app.toast


def test_what_nobody_came_back_for_is_deleted_when_the_lease_ends(folder: Path) -> None:
    path = folder / "one.npz"
    path.write_bytes(b"")
    now = path.stat().st_mtime
    kept.forget_expired(now + 100)
    assert path.exists()
    kept.forget_expired(now + 121)
    assert not path.exists()


def test_the_end_waits_for_no_run_that_does_not_end() -> None:
    began = time.monotonic()
    asyncio.run(run_bounded(lambda: time.sleep(1.0), within_s=0.05))
    assert time.monotonic() - began < 0.9


def test_uvicorn_waits_for_its_viewers_only_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    class Server:
        class config:
            timeout_graceful_shutdown = None

        def handle_exit(self, *_): ...

    server = Server()
    monkeypatch.setattr(signal, "getsignal", lambda _: server.handle_exit)
    bound_goodbyes()
    assert server.config.timeout_graceful_shutdown == 1.5
    monkeypatch.setattr(signal, "getsignal", lambda _: signal.SIG_DFL)
    bound_goodbyes()  # another server: nothing to do
