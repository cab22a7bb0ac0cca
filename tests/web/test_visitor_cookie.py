"""The cookie that lets a reloaded page find its run: random, out of reach of scripts, and only with pages."""

import asyncio
from http.cookies import SimpleCookie

import pytest

from bnviz.config.visitor import VISITOR_COOKIE
from bnviz.web.visitor_cookie import VisitorCookie


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
    assert cookie_of(cookie=f"a=b; {VISITOR_COOKIE}=mine") is None


@pytest.mark.parametrize("value", ["", "x" * 65])
def test_a_cookie_that_is_none_is_replaced(value):
    assert cookie_of(cookie=f"{VISITOR_COOKIE}={value}") is not None


def test_files_carry_none_but_a_page_that_the_browser_kept_does():
    assert cookie_of(kind="text/javascript") is None
    assert cookie_of(kind="", status=304, accept="*/*") is None
    assert cookie_of(kind="", status=304, accept="text/html,*/*") is not None
