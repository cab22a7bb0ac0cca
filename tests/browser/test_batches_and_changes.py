"""Two ideas in the hand: a batch estimates the gradient of all inputs, and the seven changes of BN-x5."""

from __future__ import annotations

import re

from lab_view import Lab
from playwright.sync_api import expect
from pointing import point_at
from stage_view import StageView

from bnviz.text.catalogue import translate


def test_the_arrows_of_the_batches_close_in_as_the_batch_grows(lab: Lab) -> None:
    stage = StageView(lab, "gradients")
    stage.open("#step=5&shown=1")
    reading = stage.picture.locator("text.reading")
    size = stage.picture.get_by_role("slider", name=translate("gradients.stage.picture.batch.size"))
    found = [measured(reading.text_content() or "")]
    x, y = point_at(size)
    stage.page.mouse.down()
    for move in (60, 120, 180):
        stage.page.mouse.move(x + move, y)
        stage.settle()
        found.append(measured(reading.text_content() or ""))
    stage.page.mouse.up()
    assert found == sorted(found, reverse=True)
    assert found[-1] < found[0]
    stage.page.wait_for_url(re.compile(r"m=\d+"))  # a little after the hand has let go
    assert int(stage.moment()["m"]) > 4
    size.focus()
    stage.page.keyboard.press("End")
    expect(reading).to_contain_text("0.00")
    assert stage.moment()["m"] == "80"
    expect(size).to_have_attribute("aria-valuenow", "80")


def test_each_of_the_seven_changes_can_be_touched_and_linked(lab: Lab) -> None:
    stage = StageView(lab, "imagenet")
    stage.open("#step=3&shown=1&change=lrn")
    card = stage.picture.locator(".change-card")
    words = "imagenet.stage.picture.changes"
    expect(card).to_contain_text(translate(f"{words}.name.lrn"))
    buttons = stage.picture.locator(".change:visible")
    assert buttons.count() == 7
    assert not any(buttons.all_text_contents()), "a button whose spoken name says more than its words holds no words"
    buttons.last.click()
    expect(card).to_contain_text(translate(f"{words}.paper_says.distortion"))
    expect(stage.picture.locator(".change[aria-pressed=true]")).to_have_count(1)
    assert stage.moment()["change"] == "distortion"
    buttons.nth(5).focus()
    stage.page.keyboard.press("Enter")
    expect(card).to_contain_text(translate(f"{words}.why_says.shuffle"))
    stage.page.locator(".stage-root .dot").nth(1).click()
    expect(card).to_be_hidden()
    expect(stage.picture).to_have_attribute("data-step", re.compile("2"))


def measured(reading: str) -> float:
    """Return the first number of a reading."""
    found = re.search(r"\d+\.\d+", reading)
    assert found is not None
    return float(found[0])
