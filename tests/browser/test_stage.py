"""Every chapter with a stage: its picture answers the hand and the keyboard, and its address brings the moment back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import MakeLab
from lab_view import Lab
from playwright.sync_api import Locator, expect
from pointing import point_at
from stage_view import StageView

from bnviz.text.catalogue import translate

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted(path.parent.name for path in (ROOT / "assets" / "stage" / "heroes").glob("*/hero.js"))


@pytest.fixture(params=CHAPTERS)
def stage(request: pytest.FixtureRequest, lab: Lab) -> StageView:
    """Each chapter's stage on a fresh page, not opened yet."""
    return StageView(lab, request.param)


def test_a_question_hides_its_answer_the_picture_follows_the_hand_and_each_step_has_an_address(
    stage: StageView,
) -> None:
    stage.open()
    nothing_tells_the_answer(stage)
    skip_the_guess(stage)
    follow_the_pointer(stage)  # in some chapters the drag is the guess
    follow_the_keyboard(stage)
    answer_by_a_later_step(stage)
    a_reload_and_another_language_keep_the_last_step(stage)


def follow_the_pointer(stage: StageView) -> None:
    """Drag the first handle, and count the moves after which there was a new picture."""
    x, y = point_at(stage.handles.first)
    stage.page.mouse.down()
    stage.settle()
    followed = 0
    for move in range(1, 21):
        before = stage.drawn
        stage.page.mouse.move(x + 2 * move, y - move)
        stage.picture.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        followed += stage.drawn > before
    stage.page.mouse.up()
    assert followed >= 18


def follow_the_keyboard(stage: StageView) -> None:
    """Move the first handle by a key; it tells its new value."""
    handle = stage.handles.first
    handle.focus()
    was = handle.get_attribute("aria-valuetext")
    assert handle.get_attribute("aria-label")
    before = stage.drawn
    stage.page.keyboard.press("ArrowRight")
    if handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax"):
        stage.page.keyboard.press("ArrowLeft")
    stage.wait_for_drawing(before)
    expect(handle).not_to_have_attribute("aria-valuetext", was or "")


def skip_the_guess(stage: StageView) -> None:
    """Ask for the answer without a guess, which opens all words, and take it back."""
    expect(stage.picture).to_have_attribute("data-asking", "true")
    stage.page.get_by_role("button", name=translate("stage.show_me"), exact=True).first.click()
    expect(stage.picture).to_have_attribute("data-asking", "false")
    expect(stage.page.locator(".stage-root .answer")).not_to_be_empty()
    assert stage.moment()["shown"] == "1"
    expect_open(stage)
    stage.page.get_by_role("button", name=translate("stage.guess_again"), exact=True).first.click()
    expect(stage.picture).to_have_attribute("data-asking", "true")


def a_reload_and_another_language_keep_the_last_step(stage: StageView) -> None:
    """The address says the step; what is opened at a later one tells the answer."""
    dots = stage.page.locator(".stage-root .dot")
    last = dots.count()
    assert last >= 3
    dots.last.click()
    expect(stage.picture).to_have_attribute("data-step", str(last))
    stage.settle()
    assert stage.moment()["step"] == str(last)
    stage.page.reload()
    stage.wait_until_drawn()
    expect(stage.picture).to_have_attribute("data-step", str(last))
    expect(stage.picture).to_have_attribute("data-asking", "false")
    expect(stage.page.get_by_role("heading", level=1)).to_have_text(translate(f"{stage.chapter}.stage.title"))
    stage.page.get_by_text("中文", exact=True).click()
    expect(stage.page.get_by_role("heading", level=1)).to_have_text(translate(f"{stage.chapter}.stage.title", "zh"))
    expect(stage.picture).to_have_attribute("data-step", str(last))


READABLE = """(all) => {
  const isBlurred = (element) => {
    for (let node = element; node; node = node.parentElement) {
      if (node.inert && parseFloat(getComputedStyle(node).filter.slice(5)) >= 4) return true;
    }
    return false;
  };
  return all.filter((element) => !isBlurred(element)).map(({ innerText }) => innerText);
}"""


def behind_the_question(stage: StageView) -> Locator:
    """The words and buttons of the steps after the first."""
    return stage.page.locator(".stage-root .step ~ .step").locator("p:not(.closed-words), h2, button")


def readable(parts: Locator) -> list[str]:
    """Return the words of those parts that can be read: not inert under a blur."""
    return list(parts.evaluate_all(READABLE))


def nothing_tells_the_answer(stage: StageView) -> None:
    """Before the question is answered, nothing that tells the answer can be read, wherever the page is scrolled to."""
    expect(stage.picture).to_have_attribute("data-asking", "true")
    behind = behind_the_question(stage)
    assert behind.count() >= 4
    assert readable(behind) == []
    expect(stage.page.locator(".stage-root .closed-words")).to_be_visible()
    dots = stage.page.locator(".stage-root .dot")
    labels = dots.evaluate_all("(all) => all.map((dot) => dot.getAttribute('aria-label'))")
    assert labels[1:] == [str(number) for number in range(2, len(labels) + 1)]
    main = stage.page.locator("[data-testid=stMain]")
    main.evaluate("(main) => main.scrollTo(0, main.scrollHeight)")
    stage.settle()
    expect(stage.picture).to_have_attribute("data-step", "1")
    main.evaluate("(main) => main.scrollTo(0, 0)")


def answer_by_a_later_step(stage: StageView) -> None:
    """A later step that is asked for answers the question."""
    if stage.picture.get_attribute("data-asking") == "false":
        stage.page.get_by_role("button", name=translate("stage.guess_again"), exact=True).first.click()
    expect(stage.picture).to_have_attribute("data-asking", "true")
    stage.page.locator(".stage-root .dot").nth(1).click()
    expect(stage.picture).to_have_attribute("data-step", "2")
    expect(stage.picture).to_have_attribute("data-asking", "false")
    expect_open(stage)


def expect_open(stage: StageView) -> None:
    """All words of the later steps can be read."""
    expect(stage.page.locator(".stage-root .closed-words")).to_be_hidden()
    behind = behind_the_question(stage)
    assert len(readable(behind)) == behind.count() >= 4


@pytest.mark.parametrize("chapter", ["gradients", "initialization", "regularization", "whitening"])
def test_a_formula_that_is_the_answer_waits_for_the_guess(lab: Lab, chapter: str) -> None:
    stage = StageView(lab, chapter)
    stage.open()
    parts = stage.page.locator(".stage-root .formula .part.closed > *")
    assert parts.count() >= 2
    assert readable(parts) == []
    stage.page.get_by_role("button", name=translate("stage.show_me"), exact=True).click()
    expect(stage.page.locator(".stage-root .formula .part.closed")).to_have_count(0)


def test_a_link_keeps_its_moment_when_the_query_is_tidied(lab: Lab) -> None:
    stage = StageView(lab, "transform")
    stage.open("#step=3", "?lang=en")  # English is this browser's language, so the query is taken away
    expect(stage.picture).to_have_attribute("data-step", "3")
    stage.page.wait_for_url(re.compile(r"/transform#step=3&shown=1"))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_on_a_phone_a_finger_drags_to_the_end_and_nothing_is_wider_than_the_screen(
    chapter: str, new_lab: MakeLab, app: object
) -> None:
    stage = StageView(new_lab(app, viewport={"width": 390, "height": 844}, has_touch=True), chapter)
    stage.open()
    wide = stage.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390
    box = stage.picture.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 844 * 0.62
    assert canceled_by_the_browser(stage) == 0


def canceled_by_the_browser(stage: StageView) -> int:
    """Drag the first handle with a finger, and count how often the browser took the finger away to scroll."""
    stage.picture.evaluate("""(picture) => {
      window.canceled = 0;
      picture.addEventListener("pointercancel", () => window.canceled++, true);
    }""")
    box = stage.handles.first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = stage.page.context.new_cdp_session(stage.page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for move in range(1, 16):
        send("touchMove", {"x": x + 4 * move, "y": y + 6 * move})
    send("touchEnd")
    return int(stage.page.evaluate("window.canceled"))


TOO_MUCH = "#step=99&x=" + "1_" * 2000 + "&gamma=1e999&rate=-5&m=0&a=NaN&shown=7&mean=1e400"


def test_a_hostile_address_opens_a_sound_picture(stage: StageView) -> None:
    # What all chapters read in the same lines of code is tried in one.
    for moment in (TOO_MUCH, "#step=-1&x=<b>")[: 2 if stage.chapter == "transform" else 1]:
        stage.page.goto("about:blank")  # an address that differs only after the # would not be loaded again
        stage.open(moment)
        expect(stage.picture).to_have_attribute("data-step", re.compile("[1-9]"))
        assert "NaN" not in stage.picture.inner_html()
        said = stage.moment()
        assert not {"99", "-1"} & set(said.values()), "the address keeps only what was understood"
        assert not re.search(r"[<>]|NaN|1e400|1e999", str(said))


def test_reduced_motion_shows_the_answer_at_once(new_lab: MakeLab, app: object) -> None:
    stage = StageView(new_lab(app, reduced_motion="reduce"), "transform")
    stage.open()
    stage.page.get_by_role("button", name=translate("stage.show_me"), exact=True).click()
    expect(stage.handles.nth(5)).to_have_attribute("aria-valuenow", "9.4")
    assert stage.moment()["x"].endswith("9.4_6.9_8.5")
