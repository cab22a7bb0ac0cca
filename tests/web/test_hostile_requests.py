"""Requests for pages and files with whatever strangers write into paths, queries and headers."""

import asyncio
import random
from collections import Counter

from starlette.applications import Starlette
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route

from bnviz.text.titles import page_names
from bnviz.web.headers import OTHERS, shell_of_streamlit
from bnviz.web.server import middleware, routes

SEED, REQUESTS = 14, 1200
ASKED = (
    *("accept", "accept-encoding", "accept-language", "cookie", "host", "if-modified-since", "if-none-match", "origin"),
    *("range", "referer", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
)
ODD = (
    *(b"", b" ", b"*", b"gzip;q=x", b"br;q=-1,gzip;q=1e999", b"bytes=9-1", b"bytes=-", b"bytes=1_0-", b'W/"'),
    *(b"zh;q=nan", b"zh-\xff", b"bnviz_visitor=", b"=;=;", b"[::1", b"http://[", b"x" * 9000, b"Mon, 99 Foo 2026"),
    *(b"\xff\xfe", b"%00"),
)
FILES = ("bnviz/assets/live/wire.js", "bnviz/assets/", "static/js/x.js", "static/media/")
PATHS = (*sorted(page_names()), *FILES, "", "nowhere")


def shell(request):
    return (
        FileResponse(shell_of_streamlit()) if request.scope["path"] != "/nowhere" else PlainTextResponse("missing", 404)
    )


def noise(draw, most=60):
    return bytes(draw.randrange(256) for _ in range(draw.randrange(most)))


def scope_of(draw):
    """Return a request as uvicorn hands it over: header values and the query are any bytes, the path is text."""
    path = "/" + draw.choice(PATHS)
    if draw.random() < 0.3:
        path += draw.choice(("/..", "//", "/%2e", "\x00", "\udcff", "/", "../app.py", "\u202e", "x" * 5000))
    query = b"&".join(draw.choice(ODD) + b"=" + noise(draw) for _ in range(draw.randrange(4)))
    values = [(name.encode(), draw.choice((draw.choice(ODD), noise(draw)))) for name in draw.sample(ASKED, 4)]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": draw.choice(("GET", "GET", "GET", "HEAD", "POST", "OPTIONS")),
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": query,
        "headers": values,
    }


async def answer(app, scope):
    """Return the status and the headers of an answer."""
    told, asked = [], iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive():
        return next(asked, None) or await asyncio.Event().wait()  # the client stays

    async def send(message):
        told.append(message)

    await app(scope, receive, send)
    start = next(message for message in told if message["type"] == "http.response.start")
    return start["status"], dict(start["headers"])


def test_no_request_ends_the_server_or_goes_without_the_headers():
    app = Starlette(routes=[*routes(), Route("/{path:path}", shell)], middleware=middleware())
    draw, seen = random.Random(SEED), Counter()

    async def ask_all():
        for _ in range(REQUESTS):
            scope = scope_of(draw)
            status, headers = await answer(app, scope)
            what = f"{scope['method']} {scope['path'][:80]!r} {scope['query_string'][:80]!r}"
            assert status < 500, what
            assert all(headers[name.encode()] == value.encode() for name, value in OTHERS.items()), what
            seen[status] += 1

    asyncio.run(ask_all())
    assert {200, 304, 404, 405} >= {status for status in seen if status not in (206, 400, 416)}
    assert seen[200] > REQUESTS / 4
