"""Files for open pages: one page, one network and all of them take so much of the server's memory, and no more."""

import asyncio
import tomllib
from pathlib import Path

import pytest
from real_app import UPGRADE, Raw, frame, real_app
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bnviz.config.limits import Limits
from bnviz.data.limits import MAX_FILE_BYTES
from bnviz.web import upload_limits
from bnviz.web.upload_limits import UploadLimits

MB = 10**6


class Store(dict):
    """What Streamlit's memory does: it keeps what it was sent."""

    def held(self):
        return {key: len(data) for key, data in self.items()}

    def remove(self, session, name):
        self.pop((session, name), None)


@pytest.fixture
def pages(monkeypatch):
    given = Limits(held_files_per_page=3, held_mb_per_page=4, held_mb_per_address=6, held_mb=10)
    monkeypatch.setattr(upload_limits, "limits", lambda: given)
    return Pages()


class Pages:
    """Sends files through the limits to a store."""

    def __init__(self):
        self.store = Store()
        self.limits = UploadLimits(self._app, self.store)

    async def _app(self, scope, receive, send):
        data = b""
        while True:
            message = await receive()
            data += message.get("body", b"")
            if not message.get("more_body"):
                break
        *_, session, name = scope["path"].split("/")
        self.store[session, name] = data
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def put(self, session, name, megabytes, address="192.0.2.7", declared=True):
        """Send a file in pieces of a megabyte; return the status and the body of the answer."""
        told, left = [], [MB] * megabytes
        headers = [(b"content-length", b"%d" % (megabytes * MB))] if declared else []

        async def receive():
            piece = left.pop()
            return {"type": "http.request", "body": bytes(piece), "more_body": bool(left)}

        async def send(message):
            told.append(message)

        path = f"/_stcore/upload_file/{session}/{name}"
        scope = {"type": "http", "method": "PUT", "path": path, "headers": headers, "client": (address, 1)}
        asyncio.run(self.limits(scope, receive, send))
        assert left == [], "a client that is refused hears why"
        return told[0]["status"], b"".join(each.get("body", b"") for each in told)


@pytest.mark.parametrize("declared", [True, False])
def test_a_page_keeps_so_many_bytes_whatever_was_declared(pages, declared):
    assert pages.put("a", "1", 3, declared=declared)[0] == 204
    status, told = pages.put("a", "2", 2, declared=declared)
    assert (status, set(pages.store)) == (413, {("a", "1")})
    assert told == b"Files of more than 4 MB together for this page. Remove one, or try again later.\n"
    pages.store.remove("a", "1")  # its owner took it out, or its page was closed
    assert pages.put("a", "2", 2, declared=declared)[0] == 204


def test_a_page_keeps_so_many_files(pages):
    assert [pages.put("a", str(number), 1)[0] for number in range(4)] == [204, 204, 204, 413]
    assert len(pages.store) == 3
    assert pages.put("b", "0", 1)[0] == 204


def test_pages_of_one_network_keep_so_much_together(pages):
    addresses = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    assert [pages.put(address, "0", 3, address)[0] for address in addresses] == [204, 204, 204]
    status, told = pages.put("c", "0", 1, addresses[0])
    assert status == 413
    assert b"for your network" in told


def test_where_all_is_taken_who_holds_most_makes_room_and_not_a_newcomer(pages):
    assert [pages.put(name, "0", 3, "192.0.2.7")[0] for name in "ab"] == [204, 204]
    assert pages.put("c", "0", 3, "198.51.100.1")[0] == 204
    assert pages.put("d", "0", 2, "203.0.113.9")[0] == 204
    assert set(pages.store) == {("b", "0"), ("c", "0"), ("d", "0")}
    assert sum(map(len, pages.store.values())) <= 10 * MB


def test_requests_that_are_no_file_pass(pages):
    reached = []

    async def app(scope, receive, send):
        reached.append(scope)

    limits = UploadLimits(app, pages.store)
    upload = "/_stcore/upload_file/a/b"
    for scope in (
        {"type": "lifespan"},
        {"type": "websocket", "path": upload},
        *({"type": "http", "method": method, "path": path} for method, path in (("DELETE", upload), ("PUT", "/x"))),
    ):
        asyncio.run(limits(scope, None, None))
    assert len(reached) == 4


def test_streamlits_largest_file_is_the_largest_that_is_accepted():
    config = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())
    assert config["server"]["maxUploadSize"] * 2**20 == MAX_FILE_BYTES
    assert Limits().held_mb_per_page * 10**6 > MAX_FILE_BYTES


def test_streamlits_own_route_is_bounded(tmp_path):
    with real_app(tmp_path, held_mb_per_page=2) as app, Raw(app.port) as page:
        assert page.ask(b"GET", b"/_stcore/stream", list(UPGRADE)) == 101
        page.client.sendall(frame(2, BackMsg(rerun_script=ClientState()).SerializeToString()))
        session = ""
        while not session:
            opcode, payload = page.frame()
            assert opcode == 2
            session = ForwardMsg.FromString(payload).new_session.initialize.session_id
        body = b"--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + bytes(MB) + b"\r\n--x--\r\n"
        token = b"2|00000000|11111111|1"
        statuses = []
        for number in range(3):
            with Raw(app.port) as client:
                headers = [
                    ("Content-Type", b"multipart/form-data; boundary=x"),
                    ("Content-Length", b"%d" % len(body)),
                    ("Cookie", b"_streamlit_xsrf=" + token),
                    ("X-Xsrftoken", token),
                ]
                path = b"/_stcore/upload_file/%s/%d" % (session.encode(), number)
                statuses.append(client.ask(b"PUT", path, headers, body))
        assert statuses == [204, 413, 413]
