"""Headers are what a stranger wrote: none of them is an error of the server."""

import socket
from http.client import HTTPResponse

import pytest
from live_viewer import WAIT
from starlette.responses import HTMLResponse
from starlette.routing import Route
from web_server import Server

NAMES = (
    *("Host", "Origin", "Cookie", "Referer", "Range", "If-Range", "If-None-Match", "If-Modified-Since"),
    *("Accept", "Accept-Encoding", "Accept-Language", "X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto"),
    *("User-Agent", "Sec-WebSocket-Protocol", "Sec-Fetch-Dest", "Forwarded"),
)
VALUES = (
    *(b"", b" ", b",", b";", b"=", b"[", b"[::1", b"http://[::1", b"//", b"://", b"\x80\xff", b"%00", b"%", b"*;q=x"),
    *(b"gzip;q=", b"br;q=9999e999", b"bytes=9-1", b"bytes=-", b"bytes=" + b"0-1," * 300, b"x" * 7000, b"a=b;" * 900),
    *(b'"', b"W/", b"zh;;;,,,", b"bnviz_visitor=" + b"x" * 3000, b"bnviz_visitor", "信头".encode(), b"1" * 400),
)
PATHS = (
    b"/",
    b"/lab?lang=%ff&" + b"a&" * 300,
    b"/bnviz/assets/live/wire.js",
    b"/bnviz/assets/",
    b"/bnviz/ws",
    b"/data?lang=%e9",
)


@pytest.fixture(scope="module")
def server():
    page = HTMLResponse('<html lang="en"><head><title>Streamlit</title></head><div id="root"></div></html>')
    made = Server(more=[Route("/{path:path}", lambda _request: page)])
    yield made
    made.close()


@pytest.mark.parametrize("path", PATHS, ids=lambda path: repr(path[:24]))
def test_no_header_and_no_value_is_an_error_of_the_server(server, path):
    # Every header with every value, in as many requests as there are values.
    requests = [
        [(name, VALUES[(place + turn) % len(VALUES)]) for place, name in enumerate(NAMES)]
        for turn in range(len(VALUES))
    ]
    with Asking(server.port) as asking:
        statuses = {asking.status_of(path, headers) for headers in requests}
    assert all(200 <= status < 500 for status in statuses)
    assert statuses & {200, 404}, "most requests are answered"


class Asking:
    """A connection for one request after another; another one where the protocol itself has ended it."""

    def __init__(self, port):
        self.port = port
        self._connect()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()

    def _connect(self):
        self.client = socket.create_connection(("127.0.0.1", self.port), timeout=WAIT)

    def status_of(self, path, headers):
        lines = [name.encode() + b": " + value for name, value in headers]
        try:
            self.client.sendall(b"\r\n".join([b"GET " + path + b" HTTP/1.1", *lines, b"", b""]))
            with HTTPResponse(self.client) as answer:
                answer.begin()
                answer.read()
        except ConnectionError:  # it does not read so much, and needs no answer
            status, is_over = 431, True
        else:
            status, is_over = answer.status, answer.will_close
        if is_over:
            self.client.close()
            self._connect()
        return status
