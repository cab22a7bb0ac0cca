"""What a hand does in the pictures of single chapters, and what the steps of the text leave of it."""

from __future__ import annotations

import pytest
from conftest import MakeLab
from lab_view import Lab
from playwright.sync_api import Locator, expect
from stage_view import StageView

from bnviz.text.catalogue import translate


@pytest.fixture
def survival(lab: Lab) -> StageView:
    """The survival map after its question; the brush covers the whole map."""
    stage = StageView(lab, "survival")
    stage.open("#step=2&shown=1")
    return stage


def cell_of(stage: StageView, column: int, row: int, columns: int = 8, rows: int = 6) -> tuple[float, float]:
    """Return the middle of a cell of the map without BN, from below, on the screen."""
    box = stage.picture.locator(".survival-touch").first.bounding_box()
    assert box is not None
    return box["x"] + (column + 0.5) * box["width"] / columns, box["y"] + (rows - row - 0.5) * box["height"] / rows


def drag(stage: StageView, start: tuple[float, float], end: tuple[float, float]) -> None:
    stage.page.mouse.move(*start)
    stage.page.mouse.down()
    stage.page.mouse.move(*end, steps=8)
    stage.page.mouse.up()
    stage.settle()


def test_a_drag_inside_a_brush_that_covers_everything_draws_a_smaller_one(survival: StageView) -> None:
    drag(survival, cell_of(survival, 2, 4), cell_of(survival, 5, 1))
    assert survival.moment()["brush"] == "2.1.5.4"
    drag(survival, cell_of(survival, 3, 3), cell_of(survival, 4, 3))
    assert survival.moment()["brush"] == "3.1.6.4"  # a smaller one is moved


def test_a_press_without_a_drag_chooses_a_cell_and_leaves_the_brush(survival: StageView) -> None:
    survival.page.mouse.click(*cell_of(survival, 6, 2))
    survival.settle()
    assert "brush" not in survival.moment()
    expect(survival.picture.get_by_text("2.68")).to_be_visible()


def test_on_a_phone_a_finger_paints_and_chooses_with_room_to_spare(new_lab: MakeLab, app: object) -> None:
    stage = StageView(new_lab(app, viewport={"width": 390, "height": 844}, has_touch=True), "survival")
    stage.open()
    chosen = stage.picture.locator("[role=slider]:visible").first
    box = chosen.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 40
    stage.page.touchscreen.tap(*cell_of(stage, 0, 0))
    words = translate("survival.stage.picture.cell_painted", x="0.001", y="0.1")
    expect(chosen).to_have_attribute("aria-valuetext", words)
    painted = stage.picture.locator("path[fill-opacity='0.5']")
    assert (painted.get_attribute("d") or "").count("M") == 4  # a block of 2 x 2 cells


def is_on(switch: Locator, on: bool) -> None:
    expect(switch).to_have_attribute("aria-checked", str(on).lower())


def test_steps_of_inference_leave_what_the_hand_did_in_another(lab: Lab) -> None:
    stage = StageView(lab, "inference")
    stage.open("#step=2&shown=1")
    switch = stage.picture.get_by_role("switch")
    is_on(switch, True)
    switch.click()
    mate = stage.picture.locator("[role=slider].digit").first
    mate.focus()
    stage.page.keyboard.press("ArrowUp")
    stage.settle()
    mates = stage.moment()["mates"]
    dots = stage.page.locator(".stage-root .dot")
    for step in (3, 4):
        dots.nth(step).click()
        expect(stage.picture).to_have_attribute("data-step", str(step + 1))
        stage.settle()
    assert stage.moment()["size"] == "1"
    dots.nth(1).click()
    expect(stage.picture).to_have_attribute("data-step", "2")
    stage.settle()
    is_on(switch, False)
    moment = stage.moment()
    assert moment["mates"] == mates
    assert not {"size", "fresh", "batches"} & set(moment)


def test_the_bell_of_saturation_answers_the_question_only_where_it_arrives(lab: Lab) -> None:
    stage = StageView(lab, "saturation")
    stage.open()
    bell = stage.picture.get_by_role("slider", name=translate("saturation.stage.picture.handle.mean"))
    bell.focus()
    for _ in range(3):
        stage.page.keyboard.press("ArrowRight")
    expect(bell).to_have_attribute("aria-valuenow", "0.3")
    expect(stage.picture).to_have_attribute("data-asking", "true")
    for _ in range(4):
        stage.page.keyboard.press("PageUp")
    expect(bell).to_have_attribute("aria-valuenow", "4.3")
    expect(stage.picture).to_have_attribute("data-asking", "false")
    expect(stage.page.locator(".stage-root .answer")).to_contain_text("2.6")


def test_other_answers_of_inference_are_told_only_after_the_guess(lab: Lab) -> None:
    stage = StageView(lab, "inference")
    stage.open()
    seen = stage.picture.get_by_text(translate("inference.stage.picture.key_seen"))
    dots = stage.picture.locator(".layer-bar circle:visible")
    expect(seen).to_be_hidden()
    expect(dots).to_have_count(0)
    stage.page.get_by_role("button", name=translate("stage.show_me"), exact=True).click()
    expect(seen).to_be_visible()
    assert dots.count() > 5


def test_a_drawn_walk_is_judged_and_kept_also_when_the_hand_walks_at_once(lab: Lab) -> None:
    stage = StageView(lab, "why")
    stage.open()
    last = stage.picture.get_by_role("slider", name=translate("why.stage.picture.grip", s=4))
    last.focus()
    for _ in range(5):
        stage.page.keyboard.press("PageUp")
    stage.handles.first.focus()
    stage.page.keyboard.press("ArrowRight")
    expect(stage.picture).to_have_attribute("data-asking", "false")
    expect(stage.page.locator(".stage-root .answer")).to_contain_text("6.23")  # 1.23 and five
    expect(stage.picture.get_by_text(translate("why.stage.picture.guess"), exact=True)).to_be_visible()
