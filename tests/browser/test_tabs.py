"""A tab that was given back knows nothing of the test that had it."""

from __future__ import annotations

from app_server import AppServer
from tabs import WIDE, Tabs

LEAVE = """() => {
  localStorage.setItem("kept", "1");
  sessionStorage.setItem("kept", "1");
  document.cookie = "kept=1; path=/";
  history.pushState({}, "", "#kept");
}"""
FOUND = """() => [localStorage.length, sessionStorage.length, document.cookie, history.length,
  matchMedia("(prefers-color-scheme: dark)").matches, innerWidth]"""


def test_a_tab_that_was_given_back_is_empty(app: AppServer, tabs: Tabs) -> None:
    address = f"{app.url}/bnviz/assets/live/wire.js"
    first = tabs.take(viewport={"width": 800, "height": 900}, color_scheme="dark")
    first.goto(address)
    first.evaluate(LEAVE)
    tabs.give_back(first, app.url)
    again = tabs.take()
    assert again is first
    again.goto(address)
    assert again.evaluate(FOUND) == [0, 0, "", 2, False, WIDE["width"]]  # an empty page, and this one
    other = tabs.take()
    assert other.context is not again.context, "two tabs at a time are two visitors"
    for page in (other, again):
        tabs.give_back(page, app.url)


def test_a_touchscreen_and_a_language_have_a_tab_of_their_own(app: AppServer, tabs: Tabs) -> None:
    plain, finger = tabs.take(), tabs.take(has_touch=True, locale="zh-CN")
    for page in (plain, finger):
        page.goto(f"{app.url}/bnviz/assets/live/wire.js")
    told = "() => [navigator.language, navigator.maxTouchPoints > 0]"
    assert [page.evaluate(told) for page in (plain, finger)] == [["en-US", False], ["zh-CN", True]]
    for page in (plain, finger):
        tabs.give_back(page, app.url)
