"""Without a network, all that worked with one still does, but for the fetching of data sets.

The browser of all tests here finds no other machine, and neither does their server; whoever asks for one is written
down. ``Lab.complaints`` and the end of the server show that nothing asked, whatever the tests did on all pages.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from app_server import WATCHED, AppServer
from lab_view import Lab
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
    lab.page.goto("about:blank")


def test_a_data_set_that_cannot_be_fetched_is_told_in_one_sentence(app: AppServer, lab: Lab) -> None:
    lab.page.goto(f"{lab.url}/data")
    lab.page.locator(".st-key-fetch-cifar10 button").click()
    alert = lab.page.get_by_role("alert").filter(has_text="there is no network here")
    expect(alert).to_contain_text("cs.toronto.edu")
    expect(lab.page.get_by_test_id("stException")).to_have_count(0)
    assert app.asked_outside() == ["www.cs.toronto.edu"]


def test_a_server_asks_no_other_machine_for_its_own_address(browser: Browser, tmp_path: Path) -> None:
    """Streamlit did so at its start, and for each socket of a page under another name, which everybody waited for."""
    server = AppServer(tmp_path, WATCHED, address=None)
    try:
        started = time.monotonic()
        with pytest.raises(InvalidStatus, match="403"):
            connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", origin="http://stranger.example")
        assert time.monotonic() - started < 1
        assert server.asked_outside() == []
    finally:
        server.close()
