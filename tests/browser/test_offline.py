"""Without a network, all that worked with one still does, but for the fetching of data sets.

The browser of all tests here finds no other machine, and neither does their server; whoever asks for one is written
down. ``Lab.complaints`` and the end of the server show that nothing asked, whatever the tests did on all pages.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_server import WATCHED, AppServer
from lab_view import Lab, words
from playwright.sync_api import Browser, Error, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

FONTS = """() => document.fonts.ready.then((fonts) =>
  [...fonts].filter(({ status }) => status !== "unloaded").map(({ family, status }) => [family, status]))"""


def test_the_fonts_of_the_app_come_with_it(lab: Lab) -> None:
    asked: list[str] = []
    listener = lambda request: asked.append(request.url) if request.resource_type == "font" else None  # noqa: E731
    lab.page.on("request", listener)
    lab.open()
    lab.page.wait_for_function(f"({FONTS})().then((fonts) => fonts.length > 1)")
    fonts = lab.page.evaluate(FONTS)
    lab.page.remove_listener("request", listener)
    assert {status for _, status in fonts} == {"loaded"}
    assert {"Source Sans", "Material Symbols Rounded"} <= {family.strip('"') for family, _ in fonts}
    assert all(url.startswith(lab.url) for url in asked)


def test_a_request_to_another_machine_fails_and_is_counted(lab: Lab) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        lab.page.goto("http://example.org/")
    assert "asked http://example.org/" in lab.complaints()
    lab.foreign.clear()
    lab.page.wait_for_url("chrome-error://**")  # the error's own page comes after the error
    lab.page.goto("about:blank")


def test_a_data_set_that_cannot_be_fetched_is_told_in_one_sentence(app: AppServer, lab: Lab) -> None:
    lab.page.goto(f"{lab.url}/data")
    lab.page.locator(".st-key-fetch-cifar10 button").click()
    alert = lab.page.get_by_role("alert").filter(has_text="there is no network here")
    expect(alert).to_contain_text("cs.toronto.edu")
    expect(lab.page.get_by_test_id("stException")).to_have_count(0)
    assert app.asked_outside() == ["www.cs.toronto.edu"]


@pytest.fixture
def open_server(browser: Browser, tmp_path: Path) -> Iterator[AppServer]:
    """A server that listens to everybody, as one that is started without settings."""
    server = AppServer(tmp_path, WATCHED, address=None)
    yield server
    server.close()


def test_an_open_server_asks_nobody_for_its_address_and_shows_it_to_phones(
    open_server: AppServer, new_lab: Any
) -> None:
    """Streamlit asked one of Amazon's servers at its start, and for each socket of a stranger; everybody waited."""
    started = time.monotonic()
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"ws://127.0.0.1:{open_server.port}/_stcore/stream", origin="http://stranger.example")
    assert time.monotonic() - started < 1
    lab = new_lab(open_server)
    lab.open("/")
    lab.page.locator(".st-key-share").get_by_role("button").first.click()
    code = lab.page.get_by_test_id("stPopoverBody").get_by_role("img", name=words("sidebar.share_phones"))
    only_here = lab.page.get_by_test_id("stPopoverBody").get_by_text(words("sidebar.share_only_here"))
    expect(code.or_(only_here)).to_be_visible()  # the latter where this machine is in no network
    if code.count():
        lab.page.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=code.element_handle())
    assert open_server.asked_outside() == []
