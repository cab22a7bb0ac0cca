"""The small icon font: every icon that can be asked for is in it, and another Streamlit gets its own font."""

import json

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from web_server import Server

from bnviz.cli.record_icons import icons_in_our_sources, icons_in_streamlit, streamlit_font
from bnviz.web.icon_font import FONT, INDEX, source_name

KEPT = set(json.loads(INDEX.read_text())["icons"])
AGAIN = "run: python -m bnviz record icons"


@pytest.fixture(scope="module")
def server():
    made = Server(more=[Route("/static/media/{name}", lambda request: PlainTextResponse("whole"))])
    yield made
    made.close()


def test_it_was_made_from_the_font_of_this_streamlit():
    assert source_name() == streamlit_font().name, AGAIN


def test_every_icon_of_our_pages_is_in_it():
    assert icons_in_our_sources() - KEPT == set(), AGAIN


def test_icons_of_streamlits_controls_are_in_it():
    assert {"keyboard_double_arrow_left", "keyboard_arrow_down", "check", "content_copy", "upload"} <= KEPT
    assert icons_in_our_sources() | icons_in_streamlit() >= KEPT


def test_it_is_small():
    assert FONT.read_bytes()[:4] == b"wOF2"
    assert FONT.stat().st_size < 60_000 < streamlit_font().stat().st_size


def test_it_is_served_in_place_of_the_whole_font(server):
    status, headers, body = server.fetch(f"/static/media/{source_name()}")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "font/woff2", "no-cache")
    assert body == FONT.read_bytes()
    again = server.fetch(f"/static/media/{source_name()}", **{"If-None-Match": headers["ETag"]})
    assert again[0] == 304
    assert server.fetch("/static/media/MaterialSymbols-Rounded.other123.woff2")[2] == b"whole"
