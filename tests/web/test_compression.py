"""Files are compressed once, and only where a client and the file allow it."""

import asyncio
import gzip
import zlib
from pathlib import Path

import brotli
import pytest
import streamlit
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from web_server import Server

from bnviz.web import compression
from bnviz.web.compression import CompressedFiles, KeptBodies, best_encoding, gzipped

STATIC = Path(streamlit.__file__).parent / "static" / "static"
GZIP = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture(scope="module")
def server():
    made = Server(
        more=[Mount("/static", StaticFiles(directory=STATIC)), Route("/other", lambda _: Response("x" * 9999))]
    )
    yield made
    made.close()


def of(kind):
    """Return the largest of Streamlit's own files of a kind, and its address."""
    path = max(STATIC.rglob(f"*.{kind}"), key=lambda found: found.stat().st_size)
    return path, f"/static/{path.relative_to(STATIC).as_posix()}"


def test_streamlits_own_scripts_are_compressed(server):
    path, address = of("js")
    status, headers, body = server.fetch(address, **GZIP)
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (200, "gzip", "Accept-Encoding")
    assert int(headers["Content-Length"]) == len(body) < 0.4 * path.stat().st_size
    assert gzip.decompress(body) == path.read_bytes()
    assert "Accept-Ranges" not in headers


def test_a_file_is_compressed_once(server, monkeypatch):
    _, address = of("css")
    calls = []
    counted = {"gzip": lambda body: calls.append(len(body)) or gzipped(body)}
    monkeypatch.setattr(compression, "ENCODINGS", counted)
    first = server.fetch(address, **GZIP)[2]
    assert [server.fetch(address, **GZIP)[2] for _ in range(3)] == [first] * 3
    assert len(calls) == 1


def test_a_client_that_has_the_file_is_told_so(server):
    _, address = of("js")
    for accepted in (GZIP, {}):
        tag = server.fetch(address, **accepted)[1]["ETag"]
        assert tag.startswith('W/"')
        for again in (GZIP, {}):
            status, headers, body = server.fetch(address, **{"If-None-Match": tag}, **again)
            assert (status, body) == (304, b"")
            assert (headers["ETag"], headers["Vary"]) == (tag, "Accept-Encoding")


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("GZIP; q=0.5", "gzip"),
        ("br ; q=1.0", "br"),
        ("abr, xgzip", None),
        ("identity", None),
        ("", None),
    ],
)
def test_the_best_encoding_that_a_client_accepts_is_chosen(asked, wanted):
    assert best_encoding(Headers({"accept-encoding": asked})) == wanted


def test_brotli_is_smaller_than_gzip_and_keeps_every_byte(server):
    path, address = of("js")
    status, headers, body = server.fetch(address, **{"Accept-Encoding": "br, gzip"})
    assert (status, headers["Content-Encoding"]) == (200, "br")
    assert brotli.decompress(body) == path.read_bytes()
    assert len(body) < len(gzipped(path.read_bytes()))


def test_a_client_without_gzip_gets_the_file_itself(server):
    path, address = of("js")
    status, headers, body = server.fetch(address)
    assert (status, headers.get("Content-Encoding"), headers["Vary"]) == (200, None, "Accept-Encoding")
    assert body == path.read_bytes()


def test_fonts_ranges_small_files_and_other_paths_are_left_as_they_are(server):
    font, address = of("woff2")
    assert server.fetch(address, **GZIP)[2] == font.read_bytes()
    script, address = of("js")
    status, headers, body = server.fetch(address, **GZIP, Range="bytes=10-19")
    assert (status, headers.get("Content-Encoding"), body) == (206, None, script.read_bytes()[10:20])
    small = min((STATIC / "js").glob("*.js"), key=lambda path: path.stat().st_size)
    assert small.stat().st_size < compression.SMALLEST
    assert server.fetch(f"/static/js/{small.name}", **GZIP)[2] == small.read_bytes()
    assert server.fetch("/other", **GZIP)[1].get("Content-Encoding") is None


def test_a_missing_file_stays_missing(server):
    assert server.fetch("/static/js/nothing.js", **GZIP)[0] == 404
    assert server.fetch("/bnviz/assets/live/nothing.js", **GZIP)[0] == 404


def test_a_file_that_changed_is_compressed_again(tmp_path):
    path = tmp_path / "words.js"
    app = CompressedFiles(StaticFiles(directory=tmp_path), [""])
    for content in ("a" * 2000, "b" * 3000):
        path.write_text(content)
        assert gzip.decompress(asyncio.run(asked(app, "/words.js"))).decode() == content


def test_visitors_of_one_moment_share_one_compression(tmp_path, monkeypatch):
    (tmp_path / "words.js").write_text("a" * 5000)
    app, calls = CompressedFiles(StaticFiles(directory=tmp_path), [""]), []
    monkeypatch.setattr(compression, "ENCODINGS", {"gzip": lambda body: calls.append(1) or gzipped(body)})

    async def crowd():
        return await asyncio.gather(*(asked(app, "/words.js") for _ in range(20)))

    assert len(set(asyncio.run(crowd()))) == len(calls) == 1
    assert app._one_at_a_time == {}


async def asked(app, path):
    scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"accept-encoding", b"gzip")]}
    answer = await compression.answer_of(app, {**scope, "root_path": "", "query_string": b""})
    assert answer.status == 200
    return answer.body


def test_memory_is_bounded():
    kept = KeptBodies(100)
    for n in range(10):
        kept.keep((str(n), "tag", "br"), bytes(30))
        kept.find(("0", "tag", "br"))
    assert kept.size == 90
    assert [n for n in range(10) if kept.find((str(n), "tag", "br")) is not None] == [0, 8, 9]
    kept.keep(("0", "tag", "br"), bytes(10))
    assert kept.size == 70
    kept.keep(("huge", "tag", "br"), bytes(101))
    assert kept.size <= 100


def test_a_socket_passes_through():
    seen = []

    async def app(scope, receive, send):
        seen.append((scope, receive, send))

    scope = {"type": "websocket", "path": "/static/ws", "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(CompressedFiles(app, ["/static/"])(scope, 1, 2))
    assert seen == [(scope, 1, 2)]


def test_the_same_bytes_are_compressed_to_the_same_bytes():
    assert gzipped(b"abc" * 500) == gzipped(b"abc" * 500)
    assert zlib.decompress(gzipped(b"abc"), 31) == b"abc"
