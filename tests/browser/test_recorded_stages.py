"""Stages of recorded runs: what an address shows is not walked over, and a map that fills in gives way to the hand."""

from __future__ import annotations

import re

import pytest
from lab_view import Lab
from playwright.sync_api import expect
from stage_view import StageView

from bnviz.text.catalogue import translate


def test_an_address_opens_the_walk_where_it_was_left(lab: Lab) -> None:
    stage = StageView(lab, "why")
    stage.open("#step=2&shown=1&s=2.00")
    stage.settle()
    expect(stage.handles.first).to_have_attribute("aria-valuenow", "2")
    assert stage.moment()["s"] == "2.00"


@pytest.mark.parametrize("hand", ["pointer", "keyboard"])
def test_a_brush_during_the_filling_completes_the_map(lab: Lab, hand: str) -> None:
    stage = StageView(lab, "survival")
    stage.open()
    frame = stage.picture.locator(f"[aria-label='{translate('survival.stage.picture.brush')}']")
    expect(frame).to_have_attribute("aria-valuetext", re.compile(r": \? of 48 cells learn without BN"))
    stage.page.get_by_role("button", name=translate("stage.show_me"), exact=True).click()
    corner = stage.picture.get_by_role("slider", name=translate("survival.stage.picture.upper"))
    if hand == "keyboard":
        corner.focus()
        stage.page.keyboard.press("ArrowLeft")
        learn = 22, 7 * 6
    else:
        box = stage.picture.locator(".survival-touch").nth(1).bounding_box()
        assert box is not None
        across, up = box["width"] / 8, box["height"] / 6
        stage.page.mouse.move(box["x"] + 4.5 * across, box["y"] + 0.5 * up)
        stage.page.mouse.down()
        stage.page.mouse.move(box["x"] + 7.5 * across, box["y"] + 3.5 * up)
        stage.page.mouse.up()
        learn = 3, 4 * 4
    stage.settle()
    expect(corner).to_have_attribute("aria-valuetext", re.compile("{} of {} cells".format(*learn)))
    expect(stage.picture.locator("#summary")).to_contain_text("{} of {} cells learn without BN".format(*learn))
    assert len(stage.moment()["brush"].split(".")) == 4


def test_the_arrows_and_space_paint(lab: Lab) -> None:
    stage = StageView(lab, "survival")
    stage.open()
    cursor = stage.handles.first
    cursor.focus()
    check = stage.page.get_by_role("button", name=translate("survival.stage.steps.1.guess.check"), exact=True)
    expect(check).to_be_disabled()
    stage.page.keyboard.press("ArrowDown")
    expect(cursor).to_have_attribute("aria-valuetext", re.compile(" not painted$"))
    stage.page.keyboard.press("Space")
    expect(cursor).to_have_attribute("aria-valuetext", re.compile(": painted$"))
    expect(check).to_be_enabled()
