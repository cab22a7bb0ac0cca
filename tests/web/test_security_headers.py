"""Headers of everything served: nothing foreign is loaded, and framing is only where a setting says so."""

import os
import re

import pytest
import streamlit
from starlette.middleware import Middleware
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route
from web_server import Server

from bnviz.config import InputError, limits
from bnviz.web import headers, server
from bnviz.web.asset_files import ASSETS

NAMES = headers.OTHERS


def shell(request):
    """Answer as Streamlit does: its HTML for a page, a refusal and an error elsewhere."""
    if "broken" in request.url.path:
        return PlainTextResponse("missing", 404, {"content-security-policy": "default-src *"})
    return FileResponse(headers.shell_of_streamlit())


@pytest.fixture(scope="module")
def served():
    made = Server(more=[Route("/{path:path}", shell)])
    yield made
    made.close()


def sources(answered):
    """Return the policy's sources by kind; there must be one policy."""
    (policy,) = answered.get_all("Content-Security-Policy")
    return {name: listed.split() for name, _, listed in (part.partition(" ") for part in policy.split("; "))}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", 200),
        ("/why?explore=true", 200),
        ("/static/index.html", 200),  # a file of Streamlit's
        ("/bnviz/assets/live/wire.js", 200),
        ("/bnviz/assets/../app.py", 404),
        ("/bnviz/assets/text/en/labels.toml", 404),
        ("/broken", 404),
    ],
)
def test_everything_carries_them(served, path, expected):
    status, answered, _ = served.fetch(path)
    assert status == expected
    assert {name: answered[name] for name in NAMES} == NAMES
    found = sources(answered)
    assert found["frame-ancestors"] == ["'self'"]
    assert not [word for listed in found.values() for word in listed if re.match(r"https?:|wss?:|\*", word)]
    assert "'unsafe-inline'" not in found["script-src"]
    assert "'unsafe-eval'" not in found["script-src"]


def test_an_answer_from_the_browsers_own_cache_carries_them(served):
    tag = served.fetch("/why")[1]["ETag"]
    status, answered, _ = served.fetch("/why", **{"If-None-Match": tag})
    assert status == 304
    assert sources(answered)["default-src"] == ["'self'"]


def test_the_scripts_in_the_html_are_those_that_may_run(served):
    _, answered, body = served.fetch("/")
    inline = re.findall(r"<script>(.*?)</script>", body.decode(), re.DOTALL)
    assert len(inline) == 3  # Streamlit's own, and ours at the head and in the body
    allowed = sources(answered)["script-src"]
    assert {f"'sha256-{headers._hash(text)}'" for text in inline} == {w for w in allowed if w.startswith("'sha256")}
    assert not re.findall(r"<[^>]+\son[a-z]+\s*=", body.decode())  # a handler in an attribute would never run


@pytest.mark.parametrize("name", ["SCRIPT", "ARRIVAL"])
def test_an_edited_script_may_run_at_once(name, monkeypatch, tmp_path):
    script = tmp_path / "page.js"
    monkeypatch.setattr(headers, name, script)
    found = []
    for text, state in (("one()", 1.0), ("two()", 2.0)):
        script.write_text(text)
        os.utime(script, (state, state))
        found.append(headers.policy("'none'", headers._changed()))
    assert headers._hash("one()") in found[0]
    assert headers._hash("two()") in found[1]


@pytest.mark.parametrize(
    ("setting", "written"),
    [
        ("none", "'none'"),
        ("self", "'self'"),
        ("*", "*"),
        ("SELF", "'self'"),
        ("https://huggingface.co", "https://huggingface.co"),
        ("self https://*.example.org:8443", "'self' https://*.example.org:8443"),
    ],
)
def test_who_may_frame_the_app_is_a_setting(setting, written):
    (given,) = [each for each in limits.read({"BNVIZ_FRAME_ANCESTORS": setting}) if each.name == "frame_ancestors"]
    assert headers.framers_of(str(given.value)) == written


@pytest.mark.parametrize(
    "setting",
    ["", " ", "none self", "example.org", "https://a.b; script-src *", "https://a b", "'self'", "javascript:x"],
)
def test_another_setting_is_refused(setting):
    with pytest.raises(InputError, match="FRAME_ANCESTORS must name sites that may frame the app"):
        limits.read({"BNVIZ_FRAME_ANCESTORS": setting})


def test_the_setting_reaches_the_middleware():
    (ours,) = [each for each in server.middleware() if each.cls is headers.SecurityHeaders]
    assert isinstance(ours, Middleware)
    assert ours.kwargs == {"frame_ancestors": "self"}


def test_our_script_is_where_the_page_takes_it_from():
    assert headers.SCRIPT == ASSETS / "page" / "page.js"
    assert headers.shell_of_streamlit().is_relative_to(next(iter(streamlit.__path__)))
