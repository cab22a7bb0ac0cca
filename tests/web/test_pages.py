"""The HTML that Streamlit serves for a page, completed."""

import gzip
import re
from itertools import pairwise
from pathlib import Path

import pytest
import streamlit
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route
from web_server import Server

from bnviz.text.titles import language_of, page_names, page_title
from bnviz.web import pages, posters
from bnviz.web.asset_files import ASSETS, asset_version
from bnviz.web.module_graph import modules_of

SHELL = Path(streamlit.__file__).parent / "static" / "index.html"


def shell(request):
    """Answer as Streamlit does: its HTML for every path."""
    return PlainTextResponse("missing", 404) if "broken" in request.query_params else FileResponse(SHELL)


@pytest.fixture(scope="module")
def server():
    made = Server(more=[Route("/{path:path}", shell)])
    yield made
    made.close()


def html(server, path, **headers):
    status, answered, body = server.fetch(path, **headers)
    assert status == 200
    assert answered["Content-Type"] == "text/html; charset=utf-8"
    return body.decode()


def test_each_page_has_its_title(server):
    for name in sorted(page_names()):
        page = html(server, "/" if name == "lab" else f"/{name}")
        assert re.findall("<title>(.*)</title>", page) == [page_title(name).replace("'", "&#x27;")]
    titles = {page_title(name) for name in page_names()}
    assert len(titles) == len(page_names())


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/why", "", "en"),
        ("/why", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("/why", "fr,zh", "en"),
        ("/why?lang=zh", "en-US", "zh"),
        ("/why?lang=xx", "zh", "en"),
        ("/why?lang=..", "zh", "en"),
    ],
)
def test_the_language_is_that_of_the_words(server, path, accepted, language):
    page = html(server, path, **{"Accept-Language": accepted})
    assert f'<html lang="{language}">' in page
    assert f"<title>{page_title('why', language)}</title>" in page


@pytest.mark.parametrize(
    ("path", "entry"), [("/", "live/whole.js"), ("/?embed=true", "live/whole.js"), ("/transform", "stage/main.js")]
)
def test_our_modules_are_preloaded_from_their_present_version(server, path, entry):
    page = html(server, path)
    base = f"./bnviz/assets/v-{asset_version()}/"
    assert f'<meta name="bnviz-assets" content="{base[2:]}">' in page
    links = re.findall('<link rel="modulepreload" href="([^"]*)">', page)
    assert links[0] == f"{base}{entry}"
    assert len(links) == len(set(links))
    for link in links:
        assert server.fetch(link[1:])[0] == 200


@pytest.mark.parametrize("path", ["/", "/?dataset=spirals&width=8"])
def test_what_the_labs_first_frames_need_is_asked_for_before_all_else(server, path):
    page = html(server, path)
    script = f"<script>{pages.ARRIVAL.read_text(encoding='utf-8')}</script>"
    marks = [
        '<meta name="bnviz-assets"',
        script,
        'rel="modulepreload" href="./bnviz',
        "live/live.css",
        '<link rel="stylesheet"',
    ]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places), "no script runs before the style sheets above it are there"
    # Nothing of Streamlit is asked for until they are drawn, and everything then.
    own = re.findall(r'<link rel="modulepreload" crossorigin href="([^"]*)">', SHELL.read_text())
    assert len(own) > 10
    assert re.findall('<link rel="bnviz-later" crossorigin href="([^"]*)">', page) == own
    assert "crossorigin src=" not in page
    assert "data-bnviz-entry=" in page


@pytest.mark.parametrize("path", ["/transform", "/?embed=true", "/?step=100", "/guide"])
def test_a_page_without_early_frames_asks_for_streamlit_at_once(server, path):
    page = html(server, path)
    assert 'rel="bnviz-later"' not in page
    assert pages.ARRIVAL.read_text(encoding="utf-8") not in page


@pytest.mark.parametrize("page", ["lab", "contents", "transform", "whitening", "guide"])
def test_the_style_sheets_of_a_page_are_preloaded(server, page):
    text = html(server, "/" if page == "lab" else f"/{page}")
    links = re.findall('<link rel="preload" as="style" href="([^"]*)">', text)
    assert len(links) == {"lab": 1, "whitening": 3, "guide": 0}.get(page, 2)
    assert [server.fetch(link[1:])[0] for link in links] == [200] * len(links)


def test_a_picture_asks_for_the_style_sheet_that_lies_beside_it():
    for hero in (ASSETS / "stage" / "heroes").glob("*/hero.js"):
        asked = 'export const sheets = [new URL("./hero.css"' in hero.read_text(encoding="utf-8")
        assert asked == hero.with_name("hero.css").is_file(), hero.parent.name


def test_all_of_streamlits_html_is_kept(server):
    page, original = html(server, "/guide"), SHELL.read_text()  # a page without a poster: that delays the scripts
    for line in original.splitlines():
        if "<title>" not in line and "lang=" not in line and '<div id="root">' not in line:
            assert line.strip() in page, line


def test_a_browser_is_told_when_nothing_changed(server):
    status, headers, body = server.fetch("/why", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Vary"] == "Accept-Encoding, Accept-Language"
    assert gzip.decompress(body).decode() == html(server, "/why")
    assert len(body) < 12_000
    for encoding in ("gzip", "identity"):
        asked = {"If-None-Match": headers["ETag"], "Accept-Encoding": encoding}
        status, again, body = server.fetch("/why", **asked)
        assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert server.fetch("/gradients", **{"If-None-Match": headers["ETag"]})[0] == 200


def test_what_is_no_page_of_ours_passes_through(server):
    for path in ("/why/more", "/nav.why", "/_nothing", "/no.js"):
        assert server.fetch(path)[2] == SHELL.read_bytes()
    assert server.fetch("/why?broken")[0] == 404


@pytest.mark.parametrize("path", ["/nothing", "/section", "/nothing?lang=zh", "/%3Cb%3E"])
def test_a_page_that_does_not_exist_is_told_in_our_words_above_the_lab(server, path):
    page = html(server, path)
    language = "zh" if "zh" in path else "en"
    assert f'<html lang="{language}">' in page
    assert f"<title>{page_title('lab', language)}</title>" in page
    assert pages.SCRIPT.read_text(encoding="utf-8") in page, "it puts our words in Streamlit's place"
    assert 'id="bnviz-poster"' not in page
    assert "<script data-bnviz-entry" not in page


def test_under_a_base_path():
    server = Server("/lab", more=[Route("/lab/{path:path}", shell)])
    try:
        assert f"<title>{page_title('why')}</title>" in html(server, "/lab/why")
        assert f"<title>{page_title('lab')}</title>" in html(server, "/lab/")
        link = re.search('modulepreload" href="./(bnviz/[^"]*)"', html(server, "/lab/"))
        assert server.fetch(f"/lab/{link[1]}")[0] == 200
    finally:
        server.close()


def test_a_page_has_the_poster_of_its_first_view_only(server):
    assert 'id="bnviz-poster"' in html(server, "/")
    assert 'id="bnviz-poster"' in html(server, "/?lang=zh")
    for path in ("/?preset=figure1", "/?lecture=true", "/?embed=true", "/guide"):
        assert 'id="bnviz-poster"' not in html(server, path)
        waits = path == "/?preset=figure1"  # for the first frames of its session
        assert html(server, path).count("<script data-bnviz-entry=") == waits


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_labs_first_frames_have_a_place_in_windows_of_every_width(server, language):
    page = html(server, f"/?lang={language}&preset=figure1")
    rule = r"@media \(min-width:(\d+)px\) and \(max-width:([\d.]+)px\){#bnviz-early{display:block;left:[\d.]+px;"
    ranges = [(float(low), float(high)) for low, high in re.findall(rule, page)]
    assert ranges[0][0] == 0
    assert ranges[-1][1] > 16_000
    for (_, end), (begin, _) in pairwise(ranges):
        assert end == pytest.approx(begin, abs=0.1)
        assert end < begin
    assert '<div id="bnviz-early" inert' in page
    assert 'id="bnviz-early"' not in html(server, "/transform")


def test_a_poster_is_asked_for_before_everything_else(server):
    page = html(server, "/")
    first = page.index('rel="preload" as="image"')
    assert first < page.index('as="font"') < page.index("./static/js/")
    # Streamlit's first module waits until the poster is painted.
    assert not re.search('<script type="module"[^>]* src="./static/js/index', page)
    assert re.search('<script data-bnviz-entry="./static/js/index[^"]*.js"></script>', page)


@pytest.mark.parametrize("path", sorted(posters.POSTERS.glob("*.webp")), ids=lambda path: path.stem)
def test_posters_are_small(path):
    assert path.read_bytes()[8:12] == b"WEBP"
    assert path.stat().st_size <= 40_000


def test_every_poster_has_its_four_pictures(server):
    found = {path.name for path in posters.POSTERS.glob("*.webp")}
    names = [name for name in page_names() if posters.poster_of(name, "1") is not None]
    assert "lab" in names
    shapes = [f"{size}-{theme}.webp" for size in ("wide", "narrow") for theme in ("light", "dark")]
    assert found == {f"{name}-{shape}" for name in names for shape in shapes}


def test_the_modules_of_a_page(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "main.js").write_text(
        """/** @import { T } from "./types" */
import { a } from "./a.js";
import {
  b,
  c,
} from "./deep/b.js";
export * from './c.js';
import "./d.js";
const later = () => import("./later.js");
const sheet = new URL("./main.css", import.meta.url);
export const importance = "./no.js";
import gone from "./gone.js";
"""
    )
    (tmp_path / "deep" / "b.js").write_text('import { a } from "../a.js";\nimport "../main.js";')
    for name in ("a", "c", "d", "later", "no"):
        (tmp_path / f"{name}.js").write_text("export const a = 1;")
    (tmp_path / "main.css").write_text("")
    found = [path.relative_to(tmp_path).as_posix() for path in modules_of(tmp_path / "main.js")]
    assert found == ["main.js", "a.js", "deep/b.js", "c.js", "d.js"]


def test_every_module_of_the_live_view_is_found():
    live, stage = ASSETS / "live", ASSETS / "stage"
    entries = (live / "whole.js", *live.rglob("main.js"), stage / "main.js", *stage.glob("heroes/*/hero.js"))
    assert set(live.rglob("*.js")) - set(modules_of(*entries)) == set()


def test_the_lab_preloads_the_view_with_every_panel():
    assert set(pages.entries_of("lab")) == {ASSETS / "live" / "whole.js"}
    assert set((ASSETS / "live" / "panels").glob("*.js")) < set(modules_of(*pages.entries_of("lab")))
    assert pages.entries_of("guide") == ()


@pytest.mark.parametrize(
    ("wanted", "language"), [("", "en"), ("zh-Hant", "zh"), ("EN", "en"), ("*", "en"), ("zz", "en")]
)
def test_the_language_that_a_browser_asks_for(wanted, language):
    assert language_of(wanted) == language
