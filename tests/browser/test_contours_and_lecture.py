"""Contours say of which step they are, and lecture mode keeps its promise."""

from __future__ import annotations

import re

from lab_view import Lab, words
from playwright.sync_api import expect
from pointing import press_at


def state_words(lab: Lab) -> str:
    return lab.view.locator(".panel-contours .caption").nth(1).inner_text()


def test_a_recording_at_rest_shows_the_contours_of_the_step_shown(lab: Lab) -> None:
    lab.open()
    lab.tab("contours")
    lab.until("d => +d.step === 1999")
    measured = words("live.contours.at_step", step=1999)
    expect(lab.view.locator(".panel-contours")).to_contain_text(measured)


def test_a_paused_run_gets_the_contours_of_the_step_it_rests_at(lab: Lab) -> None:
    lab.open("/?preset=figure1&seed=5&panel=contours")
    lab.train()
    expect(lab.view.locator(".panel-contours")).to_contain_text("measured at step")
    step = lab.pause()
    expect(lab.view.locator(".panel-contours")).to_contain_text(words("live.contours.at_step", step=step))


def test_back_in_time_the_numbers_of_the_cards_are_those_of_the_contours(lab: Lab) -> None:
    lab.open()
    lab.tab("contours")
    press_at(lab.page.get_by_test_id("live-scrub"), 0.8)
    lab.until("d => +d.step > 1300 && +d.step < 1900")
    expect(lab.view.locator(".panel-contours")).to_contain_text(words("live.contours.at_step", step=1200))
    caption = lab.view.locator(".panel-contours .arm-caption").first
    at = re.search(r"step (.*)", caption.inner_text())
    assert at is not None
    assert int(re.sub(r"\D", "", at[1])) <= 1200


def test_lecture_mode_draws_nothing_to_operate_and_the_keys_work_anywhere(lab: Lab) -> None:
    lab.open("/?preset=figure1&lecture=true")
    for control in ("train", "enlarge", "replay"):
        expect(lab.page.get_by_test_id(f"live-{control}")).not_to_be_visible()
    expect(lab.view.get_by_role("tablist")).not_to_be_visible()
    lab.page.evaluate("document.activeElement.blur()")
    lab.page.keyboard.press("7")
    expect(lab.view).to_have_attribute("data-panel", "curves")
    lab.page.keyboard.press("Space")
    lab.until("d => d.status === 'running' && d.source === 'live' && +d.step > 0")
    lab.page.keyboard.press("Space")
    lab.until("d => d.status === 'paused'")


def test_space_trains_with_the_focus_anywhere_but_on_a_control(lab: Lab) -> None:
    lab.open("/?preset=figure1")
    lab.page.get_by_role("heading", level=1).first.click()
    lab.page.keyboard.press("Space")
    lab.until("d => d.status === 'running' && +d.step > 0")
    lab.control("second_bn").locator("input").focus()
    lab.page.keyboard.press("Space")  # the switch's own key: other networks, and the training continues
    lab.wait_for(lambda: len(lab.arms()) == 1, "one network")


def test_a_chapter_in_lecture_mode_asks_no_guess(lab: Lab) -> None:
    lab.forgive(r"404.*/regularization/_stcore/(health|host-config)")  # Streamlit's own, on a deep link
    lab.page.goto(lab.url + "/regularization?lecture=true")
    expect(lab.page.get_by_test_id("stMain")).to_contain_text(re.compile(r"\w"))
    expect(lab.page.get_by_test_id("stage")).to_have_attribute("data-drawn", re.compile(r"\d+"))
    expect(lab.page.get_by_test_id("stage")).to_have_attribute("data-asking", "false")
    expect(lab.page.get_by_text(words("stage.show_me"))).to_have_count(0)
