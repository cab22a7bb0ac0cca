"""What a first visit weighs on its way: files as they are sent, compressed, and all that the sockets bring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit
from app_server import AppServer
from lab_view import Lab
from playwright.sync_api import Browser, Page

LAB, CHAPTER_WITH_PLOTLY = 1.3e6, 2.6e6
"""Most bytes (RELIABILITY: what a classroom needs)."""
AT_REST = """() => document.querySelector(".stApp[data-test-script-state='notRunning']")
  && !document.querySelector("[data-testid=stSkeleton]")"""
PLOTLY = next((Path(streamlit.__file__).parent / "static" / "static" / "js").glob("PlotlyChart.*.js")).name


class Scales:
    """Adds up what a page of Chromium receives from now on."""

    def __init__(self, page: Page) -> None:
        self.files = self.frames = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add_file)
        session.on("Network.webSocketFrameReceived", self._add_frame)

    @property
    def total(self) -> int:
        """Bytes so far."""
        return self.files + self.frames

    def _add_file(self, event: dict[str, Any]) -> None:
        self.files += int(event["encodedDataLength"])

    def _add_frame(self, event: dict[str, Any]) -> None:
        text, is_binary = event["response"]["payloadData"], event["response"]["opcode"] == 2
        self.frames += len(text) * 3 // 4 if is_binary else len(text)  # binary ones are told in base 64


def test_the_lab_is_light(first_visit: Lab) -> None:
    scales = Scales(first_visit.page)
    first_visit.open("/")
    first_visit.page.wait_for_function(AT_REST)
    assert scales.files > 7e5
    assert scales.frames > 1e5
    assert scales.total <= LAB


def test_a_chapter_with_plotly_is_light(app: AppServer, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    page = context.new_page()
    scales = Scales(page)
    page.goto(f"{app.url}/saturation")
    page.wait_for_function(f"() => {AT_REST.removeprefix('() => ')} && document.querySelector('.st-key-stage')")
    before = scales.total
    page.evaluate("(name) => import(new URL(`./static/js/${name}`, document.baseURI).href)", PLOTLY)
    assert scales.total - before > 1e6, "Plotly was there before"
    assert scales.total <= CHAPTER_WITH_PLOTLY
    context.close()
