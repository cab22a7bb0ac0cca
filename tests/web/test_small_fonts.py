"""The small fonts: every icon and letter that can be asked for is in them, and another Streamlit gets its own."""

import json
from collections import Counter
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from web_server import Server

from bnviz.cli.record_fonts import ALWAYS, letters_of_our_words, streamlit_font
from bnviz.web.small_fonts import NAMES, font_of, index_of, source_of

KEPT = set(json.loads(index_of("icons").read_text())["icons"])
LETTERS = set(json.loads(index_of("letters").read_text(encoding="utf-8"))["letters"])
NOT_IN_STREAMLITS_FONT = {"∇", "\u03a2"}
AGAIN = "run: python -m bnviz record fonts"


@pytest.fixture(scope="module")
def server():
    made = Server(more=[Route("/static/media/{name}", lambda request: PlainTextResponse("whole"))])
    yield made
    made.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_was_made_from_the_font_of_this_streamlit(name):
    assert source_of(name) == streamlit_font(name).name, AGAIN


def test_every_letter_of_our_words_is_in_it():
    english = Path(__file__).parents[2] / "assets" / "text" / "en"
    used = Counter(letter for path in english.glob("*.toml") for letter in path.read_text(encoding="utf-8"))
    often = {letter for letter, times in used.items() if times > 9 and letter.isprintable()}
    assert often - LETTERS <= NOT_IN_STREAMLITS_FONT, AGAIN
    assert set(ALWAYS) - LETTERS <= NOT_IN_STREAMLITS_FONT
    assert letters_of_our_words() | set(ALWAYS) >= LETTERS


@pytest.mark.parametrize(("name", "most"), [("icons", 60_000), ("letters", 60_000)])
def test_it_is_small(name, most):
    assert font_of(name).read_bytes()[:4] == b"wOF2"
    assert font_of(name).stat().st_size < most < streamlit_font(name).stat().st_size


@pytest.mark.parametrize("name", NAMES)
def test_it_is_served_in_place_of_the_whole_font(server, name):
    status, headers, body = server.fetch(f"/static/media/{source_of(name)}")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "font/woff2", "no-cache")
    assert body == font_of(name).read_bytes()
    again = server.fetch(f"/static/media/{source_of(name)}", **{"If-None-Match": headers["ETag"]})
    assert again[0] == 304
    other = source_of(name).split(".")[0] + ".other123.woff2"
    assert server.fetch(f"/static/media/{other}")[2] == b"whole"
