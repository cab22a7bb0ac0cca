"""The app with all of Streamlit's routes: whatever a stranger writes, it is no error of the server and no stack."""

import random
from collections import Counter

import pytest
from real_app import UPGRADE, Raw, real_app

from bnviz.web.headers import OTHERS

SEED, REQUESTS = 14, 500
NAMES = (
    *("Host", "Origin", "Cookie", "Referer", "Range", "If-Range", "If-None-Match", "Accept", "Accept-Encoding"),
    *("X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Sec-WebSocket-Protocol", "Sec-WebSocket-Key"),
    *("Sec-WebSocket-Version", "Sec-WebSocket-Extensions", "Content-Type", "X-Xsrftoken", "Authorization"),
)
VALUES = (
    *(b"", b" ", b",", b";", b"=", b"[", b"[::1", b"http://[::1", b"http://[", b"http://a:b:c", b"//", b"\x80\xff"),
    *(b"%00", b"bytes=9-1", b"bytes=-", b"bytes=" + b"0-1," * 300, b"x" * 7000, b'"', b"gzip;q=", b"br;q=9e999"),
    *(b"bnviz_visitor=" + b"x" * 3000, "信头".encode(), b"1" * 400, b"-1", b"multipart/form-data"),
    *(b"multipart/form-data; boundary=\xff", b"_streamlit_xsrf=2|a|b|c; x=y", b"_streamlit_user=x|y"),
    *(b"_streamlit_session=e30.x.y", b"http://x:99999999", b"http://[v1.x]/", b"2|ffffffff|z|9e9"),
)
PATHS = (
    *(b"/", b"/lab", b"/data?lang=%e9", b"/_stcore/health", b"/_stcore/metrics?families=%ff", b"/_stcore/host-config"),
    *(b"/media/x", b"/media/..%2f", b"/_stcore/upload_file/a/b", b"/_stcore/upload_file/%00/%ff", b"/component/%00/x"),
    *(b"/component/st.x/../..", b"/_stcore/bidi-components/%00", b"/_stcore/agent/interact", b"/static/%00", b"*"),
    *(b"/static/" + b"x" * 300, b"/static/..%5c..", b"/auth/login", b"/oauth2callback?code=a&state=b", b"/%ff%fe"),
    *(b"/bnviz/assets/%00", b"/bnviz/assets/live/" + b"x" * 300, b"/bnviz/assets/v-x/live/%ff", b"//x", b"/\\x"),
    *(b"/" + b"x" * 3000, b"http://x/", b"/_stcore/stream", b"/bnviz/ws", b"/..;/", b"/caf\xe9", b"/a b"),
)
SOCKETS = (b"/_stcore/stream", b"/bnviz/ws", b"/bnviz/ws?details=%ff&packed=1", b"/nowhere")
METHODS = (b"GET", b"GET", b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"TRACE", b"FOO")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with real_app(tmp_path_factory.mktemp("app")) as made:
        yield made


def test_no_request_is_an_error_of_the_server_or_goes_without_the_headers(app):
    draw, seen = random.Random(SEED), Counter()
    for _ in range(REQUESTS):
        is_socket = draw.random() < 0.35
        path, method = draw.choice(SOCKETS if is_socket else PATHS), b"GET" if is_socket else draw.choice(METHODS)
        headers = [(draw.choice(NAMES), draw.choice(VALUES)) for _ in range(draw.randrange(1, 4))]
        with Raw(app.port) as client:
            status = client.ask(method, path, [*(UPGRADE if is_socket else ()), *headers])
            told = f"{status}: {method!r} {path[:80]!r} {headers!r:.300}"
            assert status < 500, told
            if not is_socket and status != 431:
                assert {name: client.headers[name] for name in OTHERS} == OTHERS, told
                assert client.headers["content-security-policy"], told
        seen[status] += 1
    assert seen[200] > REQUESTS / 20 < seen[101]
    assert "Traceback" not in app.log.read_text(errors="replace")


def test_a_client_that_leaves_in_the_middle_leaves_no_stack(app):
    for path in (b"/_stcore/upload_file/a/b", b"/_stcore/agent/interact", b"/lab"):
        with Raw(app.port) as client:
            line = b"PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 100000\r\n" % (path, app.port)
            client.client.sendall(line + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n")
    with Raw(app.port) as client:
        assert client.ask(b"GET", b"/_stcore/health", []) == 200
    assert "Traceback" not in app.log.read_text(errors="replace")
