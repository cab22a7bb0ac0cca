"""The cookie that lets a reloaded page find its run: random, signed, out of reach of scripts, and only with pages."""

import asyncio
import os
import subprocess
import sys
from http.cookies import SimpleCookie

import pytest

from bnviz.config import server_key
from bnviz.config.visitor import VISITOR_COOKIE
from bnviz.web.visitor_cookie import VisitorCookie, issued


@pytest.fixture(autouse=True)
def _a_key_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))


def cookie_of(*, kind="text/html; charset=utf-8", status=200, scheme="http", **asked):
    """Return the cookie that comes with an answer, None if none does."""
    sent = []

    async def app(scope, receive, send):
        headers = [(b"content-type", kind.encode())] if kind else []
        await send({"type": "http.response.start", "status": status, "headers": headers})

    async def send(message):
        sent.append(message)

    headers = [(name.encode(), value.encode()) for name, value in asked.items()]
    asyncio.run(VisitorCookie(app)({"type": "http", "scheme": scheme, "headers": headers}, None, send))
    found = [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]
    return SimpleCookie(found[0])[VISITOR_COOKIE] if found else None


def test_each_browser_gets_a_secret_of_its_own():
    first, second = cookie_of(), cookie_of()
    assert first.value != second.value
    assert len(first.value) >= 22  # 132 random bits
    assert first["httponly"]
    assert first["samesite"] == "Lax"
    assert not first["max-age"]
    assert not first["secure"]
    assert cookie_of(scheme="https")["secure"]


def test_a_browser_that_has_one_keeps_it():
    assert cookie_of(cookie=f"a=b; {VISITOR_COOKIE}={cookie_of().value}") is None


def invented():
    """Return cookies that this server has not given out."""
    secret, _, signed = issued().partition(".")
    return ["", "mine", "x" * 65, "x" * 900, secret, f"{secret}.", f".{signed}", f"{secret}x.{signed}", "ÿ.ÿ"]


def test_a_cookie_that_is_none_is_replaced():
    for value in invented():
        assert cookie_of(cookie=f"{VISITOR_COOKIE}={value}") is not None, value


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_an_invented_cookie_goes_no_further(kind):
    mine, reached = issued(), []

    async def app(scope, receive, send):
        reached.append([value for name, value in scope["headers"] if name == b"cookie"])

    def through(value):
        headers = [(b"host", b"x"), (b"cookie", value.encode("latin-1"))]
        asyncio.run(VisitorCookie(app)({"type": kind, "headers": headers}, None, None))
        return reached[-1]

    for value in invented():
        assert through(f"a=b; {VISITOR_COOKIE}={value}; c=d") == [b"a=b; c=d"]
    assert through(f"a=b; {VISITOR_COOKIE}={mine}") == [f"a=b; {VISITOR_COOKIE}={mine}".encode()]


def test_the_key_is_kept_for_the_next_server_and_for_its_owner_alone(tmp_path):
    code = "from bnviz.web.visitor_cookie import is_issued; import sys; print(is_issued(sys.argv[1]))"
    for folder, expected in ((tmp_path, "True"), (tmp_path / "other", "False")):
        made = [sys.executable, "-c", code, issued()]
        told = subprocess.run(made, env={**os.environ, "BNVIZ_DATA_DIR": str(folder)}, capture_output=True, check=True)
        assert told.stdout.decode().strip() == expected
    assert (tmp_path / server_key.FILE).stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_kept_the_key_is_that_of_this_process(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path / "file"))
    assert cookie_of(cookie=f"{VISITOR_COOKIE}={issued()}") is None


def test_files_carry_none_but_a_page_that_the_browser_kept_does():
    assert cookie_of(kind="text/javascript") is None
    assert cookie_of(kind="", status=304, accept="*/*") is None
    assert cookie_of(kind="", status=304, accept="text/html,*/*") is not None
