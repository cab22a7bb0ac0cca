"""The lab on a phone in a classroom: what a finger must hit is large enough for one."""

from __future__ import annotations

import re
from typing import Any

from app_server import AppServer
from lab_view import Lab
from playwright.sync_api import expect

LEAST = 44
"""Pixels on each side of a target (WCAG 2.2, 2.5.5, which leaves out targets within a sentence)."""
TOO_SMALL = """(least) => {
  const targets = "a[href], button, input, select, textarea, summary, [role=slider], [role=tab], [role=button]";
  const inside = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
    ...(element.matches(targets) ? [element] : []),
    ...(element.shadowRoot ? inside(element.shadowRoot) : []),
  ]);
  const all = inside(document.querySelector(".stApp"))
    .filter((element) => !element.closest("p, .now, [data-testid=stSidebar]"))
    .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    // Of a switch and of an answer, the words are pressed, too; a handle in a picture is taken from beside it (below).
    .filter((element) => !element.matches("[type=range], .picture [role=slider]"))
    .map((element) => (element.matches("[type=checkbox], [type=radio]") && element.closest("label")) || element)
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 1 && box.height > 1);  // only for readers of the screen
  const small = all.filter(({ box }) => box.width < least - 0.5 || box.height < least - 0.5);
  const named = ({ element, box }) => `${element.outerHTML.slice(0, 120)}: ${box.width} x ${box.height}`;
  return [all.length, small.map(named)];
}"""

CHAPTERS = {
    "/transform?explore=true": "[data-testid=stButtonGroup]",
    "/initialization?explore=true": "[role=radiogroup]",
    "/clinic": ".bed",
    "/misconceptions": ".chip",
}
"""Pages with every kind of control that a chapter has, and what they show last."""


def phone_of(app: AppServer, new_lab: Any) -> Lab:
    lab: Lab = new_lab(app, viewport={"width": 390, "height": 844}, has_touch=True)
    assert lab.page.evaluate("matchMedia('(pointer: coarse)').matches")
    return lab


def test_a_finger_hits_everything_of_the_first_view_and_of_a_run(app: AppServer, new_lab: Any) -> None:
    lab = phone_of(app, new_lab)
    lab.open("/")
    lab.page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    # Until the page takes it over, the early view stands beside it.
    expect(lab.page.locator(".stApp").get_by_test_id("live-train")).to_be_visible()
    count, small = lab.page.evaluate(TOO_SMALL, LEAST)
    assert small == []
    assert count > 12  # the buttons of the header and of the view, and its tabs
    lab.page.get_by_test_id("live-train").tap()
    lab.until("d => d.status === 'running' && +d.step > 0")
    expect(lab.page.get_by_test_id("live-train")).to_have_attribute("data-action", "pause")
    assert lab.page.evaluate(TOO_SMALL, LEAST)[1] == []
    wide = lab.page.get_by_test_id("stMain").evaluate("(main) => main.scrollWidth - main.clientWidth")
    assert wide == 0


def test_a_finger_hits_everything_of_the_chapters(app: AppServer, new_lab: Any) -> None:
    lab = phone_of(app, new_lab)
    lab.forgive(r"404.*_stcore/(health|host-config)")
    small = {}
    for page, shown in CHAPTERS.items():
        lab.page.goto(app.url + page)
        expect(lab.page.locator(shown).first).to_be_visible()
        lab.page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
        count, small[page] = lab.page.evaluate(TOO_SMALL, LEAST)
        assert count > 8, page
    assert small == {key: [] for key in CHAPTERS}


def test_a_finger_takes_a_handle_from_beside_it(app: AppServer, new_lab: Any) -> None:
    lab = phone_of(app, new_lab)
    lab.forgive(r"404.*_stcore/(health|host-config)")
    lab.page.goto(f"{app.url}/gradients")
    expect(lab.page.get_by_test_id("stage")).to_have_attribute("data-drawn", re.compile(r"\d+"))
    handles = lab.page.get_by_test_id("stage").locator("[role=slider]:visible")
    boxes = [box for each in handles.all() if (box := each.bounding_box())]
    at, box = min(enumerate(boxes), key=lambda pair: pair[1]["width"])
    assert box["width"] < LEAST - 4, "this one needs it"
    beside = (box["x"] + box["width"] / 2 - LEAST / 2 + 1, box["y"] + box["height"] / 2)
    lab.page.touchscreen.tap(*beside)
    expect(handles.nth(at)).to_be_focused()


LINE_OF_SLIDER = """(slider, least) => {
  const at = slider.querySelector("input[type=range]").closest("[role=group]");
  at.scrollIntoView({ block: "center" });
  const { left, width, top, height } = at.getBoundingClientRect();
  const ends = [1 - least / 2, least / 2 - 1].map((away) => [left + width / 2, top + height / 2 + away]);
  return ends.map(([x, y]) => at.contains(document.elementFromPoint(x, y)));
}"""


def test_a_finger_takes_a_slider_and_a_symbol_from_beside_them(app: AppServer, new_lab: Any) -> None:
    lab = phone_of(app, new_lab)
    lab.forgive(r"404.*_stcore/(health|host-config)")
    lab.page.goto(f"{app.url}/initialization?explore=true&factor=show")
    sliders = lab.page.get_by_test_id("stSlider")
    expect(sliders.nth(1)).to_be_visible()
    symbols = lab.page.locator(".stage-root .step .symbol:visible")
    symbols.first.scroll_into_view_if_needed()
    box = symbols.first.bounding_box()
    assert box
    assert max(box["width"], box["height"]) < LEAST - 8, "this one needs it"
    lab.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - LEAST / 2 + 2)
    expect(symbols.first).to_be_focused()
    expect(symbols.first).to_have_class(re.compile(r"\bhot\b"))
    for slider in sliders.all():
        assert slider.evaluate(LINE_OF_SLIDER, LEAST) == [True, True]


def test_a_finger_hits_the_menu_and_the_switches_beside_the_view(app: AppServer, new_lab: Any) -> None:
    lab = phone_of(app, new_lab)
    lab.open("/")
    lab.page.get_by_test_id("stExpandSidebarButton").tap()
    sidebar = lab.page.get_by_test_id("stSidebar")
    expect(sidebar.locator(".st-key-more summary")).to_be_visible()
    # Of a slider, the whole line takes a touch.
    targets = sidebar.locator("a, button, summary, label:has(> input[type=checkbox])").filter(visible=True)
    heights = targets.evaluate_all("all => all.map((each) => [each.innerText, each.getBoundingClientRect().height])")
    assert len(heights) > 8
    assert [named for named in heights if named[1] < LEAST] == []
