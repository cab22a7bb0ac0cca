"""Our files for the browser: what is served, and for how long a browser may keep it."""

import re

import brotli
import pytest
from web_server import Server

from bnviz.web import asset_files
from bnviz.web.asset_files import ASSETS, asset_version


@pytest.fixture(scope="module")
def server():
    made = Server()
    yield made
    made.close()


def test_a_file_without_a_version_is_asked_about_each_time(server):
    status, headers, body = server.fetch("/bnviz/assets/live/wire.js")
    assert status == 200
    assert headers["Cache-Control"] == "no-cache"
    assert "javascript" in headers["Content-Type"]
    assert body == (ASSETS / "live" / "wire.js").read_bytes()
    status, headers, _ = server.fetch("/bnviz/assets/live/wire.js", **{"If-None-Match": headers["ETag"]})
    assert status == 304
    assert headers["Cache-Control"] == "no-cache"


def test_a_file_of_the_present_version_is_kept_for_good(server):
    status, headers, body = server.fetch(f"/bnviz/assets/v-{asset_version()}/live/panels/curves.js")
    assert status == 200
    assert body == (ASSETS / "live" / "panels" / "curves.js").read_bytes()
    assert headers["Cache-Control"] == "public, immutable, max-age=31536000"


def test_a_former_version_leads_to_the_present_file_which_is_not_kept(server):
    status, headers, body = server.fetch("/bnviz/assets/v-0123456789ab/live/wire.js")
    assert (status, headers["Cache-Control"]) == (200, "no-cache")
    assert body == (ASSETS / "live" / "wire.js").read_bytes()


def test_the_view_comes_with_all_that_it_imports(server):
    path = f"/bnviz/assets/v-{asset_version()}/live/whole.js"
    status, headers, body = server.fetch(path, **{"Accept-Encoding": "br"})
    assert (status, headers["Content-Encoding"]) == (200, "br")
    assert "javascript" in headers["Content-Type"]
    assert headers["Cache-Control"] == "public, immutable, max-age=31536000"
    text = brotli.decompress(body).decode()
    assert not re.search(r"^\s*import\b(?!\()", text, re.M)
    assert re.search(r"^export const { begin, mount } = m\d+;$", text, re.M)
    assert len(body) < 80_000
    again, headers, body = server.fetch("/bnviz/assets/live/whole.js")
    assert (again, headers["Cache-Control"], body.decode()) == (200, "no-cache", text)
    assert server.fetch("/bnviz/assets/live/whole.js", **{"If-None-Match": headers["ETag"]})[0] == 304


def test_the_version_changes_with_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(asset_files, "ASSETS", tmp_path)
    (tmp_path / "live").mkdir()
    seen = set()
    for content in ("", "one", "three"):
        (tmp_path / "live" / "main.js").write_text(content)
        asset_files._version_in.cache_clear()
        seen.add(asset_version())
        assert asset_version() in seen
    asset_files._version_in.cache_clear()
    assert len(seen) == 3


@pytest.mark.parametrize(
    "path",
    [
        "live/../../pyproject.toml",
        "..%2f..%2fpyproject.toml",
        "live/..%2frecordings%2fdefault.npz",
        "recordings/default.npz",
        "v-1/recordings/default.npz",
        "text/en/live.toml",
        "live/nothing.js",
        "live",
        "v-1",
        "",
    ],
)
def test_nothing_else_is_served(server, path):
    assert server.fetch(f"/bnviz/assets/{path}")[0] == 404
