"""The page of a recording, opened from the disk with the network off: it paints, plays, and asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hand_made_history import history, meta
from lab_view import PATIENCE_MS, Lab
from playwright.sync_api import Browser, Page, expect
from pointing import press_at
from test_first_paint import PAINTED, PANELS

import bnviz
from bnviz.text.catalogue import translate

ROOT = Path(__file__).parents[2]
WIDE = {"width": 1400, "height": 900}
HOSTILE = "</script><img src=x onerror=alert(1)>"


class Opened:
    """A page from the disk, what it asked for and what it complained about."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.view = page, page.get_by_test_id("live-view")
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complain(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path.as_uri())
        expect(self.view).to_have_attribute("data-arrived", "true")
        self.until("d => +d.frames > 0")

    def complain(self, text: str) -> None:
        """Keep what the page says to the console; that a canvas is read again and again is the test's own doing."""
        if not text.startswith("Canvas2D: Multiple readback operations"):
            self.complaints.append(text)

    def until(self, condition: str) -> None:
        """Wait for what the view says of itself."""
        self.page.wait_for_function(f"node => ({condition})(node.dataset)", arg=self.view.element_handle())


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """The shipped recording as a page, without a network."""
    path = bnviz.export(ROOT / "assets" / "recordings" / "scenes" / "moons.npz", tmp_path / "run.html")
    context = browser.new_context(
        offline=True, locale="en-US", color_scheme="light", viewport={"width": 1400, "height": 900}
    )
    found = Opened(context.new_page(), path)
    yield found
    context.close()
    assert found.complaints == []
    assert found.asked == [path.as_uri()]


def test_every_panel_paints_from_the_disk(opened: Opened) -> None:
    expect(opened.page.get_by_test_id("live-badge-source")).to_contain_text(translate("live.badge.recorded", "en"))
    for panel in (*PANELS, "boundary"):
        opened.view.locator(f"[data-panel={panel}]").click()
        handle = opened.view.locator(f".panel-{panel}").element_handle()
        opened.page.wait_for_function(PAINTED, arg=handle)
        expect(opened.view.get_by_role("alert")).to_have_count(0)


def test_it_scrubs_plays_and_steers_nothing(opened: Opened) -> None:
    last = int(opened.view.get_attribute("data-step") or 0)
    slider = opened.page.get_by_test_id("live-scrub")
    press_at(slider)
    opened.until(f"d => +d.step > 0 && +d.step < {last}")
    opened.page.keyboard.press("End")
    opened.until(f"d => +d.step === {last}")
    opened.page.keyboard.press(" ")
    opened.until(f"d => d.replay === 'true' && +d.step > 0 && +d.step < {last}")
    opened.page.keyboard.press(" ")
    opened.until("d => d.replay === 'false'")
    opened.page.keyboard.press("r")
    for tool in ("train", "step", "reset", "new-seed", "speed"):
        expect(opened.page.get_by_test_id(f"live-{tool}")).to_be_hidden()
    assert opened.view.get_attribute("data-source") == "recorded"


def test_language_and_theme_change_without_losing_the_place(opened: Opened) -> None:
    opened.view.locator("[data-panel=gradients]").click()
    opened.page.get_by_role("button", name="中文").click()
    expect(opened.view.locator("[data-panel=gradients]")).to_have_text(translate("live.tabs.gradients", "zh"))
    expect(opened.page.locator("#title")).to_have_text(bnviz_title("zh"))
    assert opened.view.get_attribute("data-panel") == "gradients"
    assert opened.page.evaluate("document.documentElement.lang") == "zh"
    opened.page.emulate_media(color_scheme="dark")
    expect(opened.view).to_have_attribute("data-dark", "true")


def test_the_address_keeps_the_place(opened: Opened) -> None:
    opened.view.locator("[data-panel=gradients]").click()
    press_at(opened.page.get_by_test_id("live-scrub"), 1 / 3)
    opened.page.wait_for_function("() => /panel=gradients&step=[1-9]/.test(location.hash)")
    step = opened.view.get_attribute("data-step")
    assert opened.page.url.endswith(f"#panel=gradients&step={step}")
    opened.page.reload()
    expect(opened.view).to_have_attribute("data-step", str(step))
    expect(opened.view).to_have_attribute("data-panel", "gradients")
    opened.asked.pop()  # the page itself, once more


def bnviz_title(lang: str) -> str:
    return " · ".join(translate(f"arm.{norm}", lang) for norm in ("none", "batch"))


def test_a_hostile_layer_name_is_drawn_as_text(browser: Browser, tmp_path: Path) -> None:
    plain = meta()
    for arm in plain["arms"]:
        arm["layers"] = [HOSTILE, HOSTILE + "2"]
    path = bnviz.export(history(3, plain={**plain, "watched": {"model": HOSTILE}}), tmp_path / "run.html")
    context = browser.new_context(offline=True, locale="en-US")
    found = Opened(context.new_page(), path)
    for panel in ("distributions", "gradients", "parameters"):
        found.view.locator(f"[data-panel={panel}]").click()
        found.page.wait_for_function(PAINTED, arg=found.view.locator(f".panel-{panel}").element_handle())
    expect(found.page.locator("#title")).to_have_text(HOSTILE)
    assert found.page.locator("img").count() == 0
    context.close()
    assert found.complaints == []
    assert found.asked == [path.as_uri()]


def test_the_lab_saves_what_it_shows_as_a_page(lab: Lab, browser: Browser, tmp_path: Path) -> None:
    lab.open()
    drawer = lab.page.locator(".st-key-drawer")
    drawer.locator("summary").click()
    with lab.page.expect_download() as download:
        drawer.get_by_role("button", name=translate("lab.save_page", "en")).click()
    path = tmp_path / download.value.suggested_filename
    assert path.suffix == ".html"
    download.value.save_as(path)
    context = browser.new_context(offline=True, locale="en-US")
    found = Opened(context.new_page(), path)
    step = found.view.get_attribute("data-step")
    lab.until(f"d => d.step === '{step}'")  # the page opens where the lab's loop ends
    context.close()
    assert found.complaints == []
