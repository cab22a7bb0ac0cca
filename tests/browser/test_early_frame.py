"""The lab's first frames, which need not wait for Streamlit."""

from __future__ import annotations

import re

import pytest
from lab_view import Lab
from playwright.sync_api import Route, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from bnviz.text.catalogue import translate

STREAMLIT = "**/static/js/index*.js"
COUNT_PAINTINGS = """addEventListener("bnviz:early-frame", () => queueMicrotask(() => {
  const view = document.getElementById("bnviz-early").shadowRoot.querySelector("[data-testid=live-view]");
  window.paintings = view.dataset.frames;
}))"""
"""How many frames the view had drawn when it was to be seen first."""


def _until_warm(lab: Lab) -> None:
    """Wait until the server has imported what it opens sessions with: a page that comes before must wait, too."""
    address, spoken = f"{lab.url.replace('http', 'ws', 1)}/bnviz/ws", [Subprotocol("bnviz"), Subprotocol("new")]
    with connect(address, subprotocols=spoken, open_timeout=60) as client, pytest.raises(ConnectionClosed):
        client.recv(timeout=60)


@pytest.mark.parametrize(
    ("path", "source", "width"),
    [("/", "recorded", 1400), ("/?lang=zh", "recorded", 800), ("/?depth=2&width=8&dataset=spirals", "live", 1400)],
)
def test_frames_are_painted_before_streamlit_runs_and_the_page_takes_them_over(
    path: str, source: str, width: int, first_visit: Lab
) -> None:
    _until_warm(first_visit)
    lab, held, sockets = first_visit, list[Route](), list[str]()
    lab.page.set_viewport_size({"width": width, "height": 900})
    lab.page.on("websocket", lambda socket: sockets.append(socket.url))
    lab.page.route(STREAMLIT, lambda route: held.append(route))
    lab.page.add_init_script(COUNT_PAINTINGS)
    lab.page.goto(lab.url + path, wait_until="commit")
    expect(lab.page.locator("#bnviz-early")).to_have_class("bnviz-shown")
    assert lab.page.evaluate("window.paintings") == "1", "nothing is drawn that cannot be seen yet"
    expect(lab.view).to_have_attribute("data-source", source)
    expect(lab.view).not_to_have_attribute("data-frames", "0")
    if source == "recorded":
        spoken = translate("live.badge.recorded", "zh" if "zh" in path else "en")
        expect(lab.page.get_by_test_id("live-badge-source")).to_contain_text(spoken)
    else:
        expect(lab.view).to_have_attribute("data-step", "0")
    assert lab.page.locator(".stApp").count() == 0
    early = lab.view.bounding_box()
    lab.view.evaluate("view => { view.isTheSame = true; }")

    lab.page.unroute(STREAMLIT)  # what was held continues
    lab.wait_for_view()
    assert lab.view.evaluate("view => view.isTheSame")
    late = lab.view.bounding_box()
    if source == "recorded":  # other experiments have other headings above the view
        assert early
        assert late
        sides = ("x", "y", "width")
        assert [early[side] for side in sides] == pytest.approx([late[side] for side in sides], abs=1)
    assert len([url for url in sockets if "/bnviz/ws?" in url]) == 1
    lab.train()
    expect(lab.view).to_have_attribute("data-source", "live")
    assert re.search(r"[?&]run=", lab.page.url)
