"""Every page, in both themes: axe finds nothing serious, the page says what it is, and its pictures what they show."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from app_server import AppServer
from lab_view import Lab
from playwright.sync_api import Page, expect

from bnviz.text.titles import page_names, page_title
from bnviz.ui import menu

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NAMES = sorted(page_names())
ARRIVED = """() => {
  const { classList } = document.documentElement;
  if (classList.contains("bnviz-arriving")) return false;  // before its first words, a script has not begun
  const hasEnded = document.querySelector(".stApp[data-test-script-state='notRunning']");
  const isDrawn = !classList.contains("bnviz-waiting") || !document.querySelector(".st-key-live, .st-key-stage");
  return hasEnded && isDrawn && !document.querySelector("[data-testid=stSkeleton]");
}"""
SERIOUS = """() => axe.run(document, {
  resultTypes: ["violations"],
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
}).then(({ violations }) => violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) =>
    `${id}: ${html.slice(0, 200)}: ${[...any, ...all, ...none].map(({ message }) => message).join("; ")}`)))"""
HEADINGS = """() => {
  const inside = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
    ...(element.tagName === "H1" && element.checkVisibility() ? [element.textContent.trim()] : []),
    ...(element.shadowRoot ? inside(element.shadowRoot) : []),
  ]);
  return inside(document);
}"""

CANVASES = """() => {
  const inside = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
    ...(element.tagName === "CANVAS" && root !== document ? [element] : []),
    ...(element.shadowRoot ? inside(element.shadowRoot) : []),
  ]);
  const NAMED = "[role][aria-label]";
  const spoken = (canvas) => canvas.getAttribute("aria-hidden") === "true"
    ? canvas.closest(`:not(canvas)${NAMED}`) || canvas.parentElement.querySelector(NAMED)
    : canvas.matches(NAMED);
  const all = inside(document);
  const mute = all.filter((canvas) => !spoken(canvas));
  return [all.length, mute.map(({ parentElement }) => parentElement.outerHTML.slice(0, 200))];
}"""
"""How many canvases our components show (Streamlit's own tables are canvases, too), and those that neither say what
they show nor are hidden in, or beside, an element that says it."""
FOCUSED = """() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.getAttribute("data-testid") ?? "";
}"""

STREAMLITS_OWN = r"404.*/_stcore/(health|host-config)"
"""On a deep link, Streamlit asks below the page's address first and then finds its root."""


def address(name: str) -> str:
    """Return the address of a page."""
    return "/" if name == "lab" else f"/{name}"


def visit(lab: Lab, path: str) -> Page:
    """Open a page, and wait until it is arranged, its script has ended and its picture, where it has one, is there."""
    page = lab.page
    lab.forgiven.append(STREAMLITS_OWN)
    page.goto(lab.url + path)
    page.wait_for_function(ARRIVED)
    return page


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor"))


def violations(page: Page) -> list[Any]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(SERIOUS))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_and_its_pictures_say_what_they_are_and_axe_finds_nothing_serious(
    app: AppServer, new_lab: Any, name: str
) -> None:
    if not AXE.is_file():
        reason = "axe-core is not installed (npm ci)"
        pytest.fail(reason) if os.environ.get("BNVIZ_REQUIRE_BROWSER") == "1" else pytest.skip(reason)
    page = visit(new_lab(app, color_scheme="light", reduced_motion="reduce"), address(name))
    page.wait_for_function(f"() => ({HEADINGS})().length > 0")  # a component draws its own
    assert len(page.evaluate(HEADINGS)) == 1
    expect(page).to_have_title(page_title(name))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    if name == "lab":
        expect(page.get_by_test_id("live-view")).to_have_attribute("data-frames", re.compile("[1-9]"))
    count, mute = page.evaluate(CANVASES)
    assert mute == []
    assert count > 0 or name not in ("lab", "convolution")
    light = background(page)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function(
        "(light) => getComputedStyle(document.querySelector('.stApp')).backgroundColor !== light", arg=light
    )
    assert violations(page) == []


def test_the_language_of_the_page_follows_the_switch(lab: Lab) -> None:
    page = visit(lab, "/data")
    page.locator(".st-key-language").get_by_text("中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page).to_have_title(page_title("data", "zh"))
    page.locator(".st-key-language").get_by_text("English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_link_in_chinese_is_chinese_from_the_first_byte(lab: Lab) -> None:
    lab.forgiven.append(STREAMLITS_OWN)
    answer = lab.page.goto(f"{lab.url}/why?lang=zh")
    assert answer is not None
    assert re.search(r'<html lang="zh">', answer.text())
    expect(lab.page).to_have_title(page_title("why", "zh"))


def test_a_page_that_is_opened_from_the_menu_has_its_own_title(lab: Lab) -> None:
    visit(lab, "/data")
    lab.go("guide")
    expect(lab.page).to_have_title(page_title("guide"))


def test_the_arrow_keys_move_along_the_menu(lab: Lab) -> None:
    page = visit(lab, "/data")
    items = page.get_by_test_id("stTopNavLink").or_(page.get_by_test_id("stTopNavSection"))
    expect(items.first).to_have_attribute("tabindex", "0")
    items.first.focus()
    page.keyboard.press("ArrowRight")
    expect(items.nth(1)).to_be_focused()
    expect(items.nth(1)).to_have_attribute("tabindex", "0")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(items.last).to_be_focused()
    assert [item.get_attribute("tabindex") for item in items.all()].count("0") == 1


def test_train_is_among_the_first_ten_stops_of_the_tab_key(lab: Lab) -> None:
    page = visit(lab, "/")
    expect(page.get_by_test_id("live-train")).to_be_visible()
    stops = []
    while "live-train" not in stops and len(stops) < 10:
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    assert stops[-1] == "live-train", stops


def test_every_page_of_the_menu_has_a_title() -> None:
    assert {name for names in menu.MENU.values() for name in names} <= set(NAMES)
