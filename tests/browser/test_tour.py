"""The guided tour, driven to its end as a newcomer would, and left and taken up again."""

from __future__ import annotations

import re

from lab_view import Lab, words
from playwright.sync_api import Locator, expect
from pointing import press_at

from bnviz.lab.tour import STEPS
from bnviz.live import wire
from bnviz.text.catalogue import translate

LAST = len(STEPS)


def at_stop(lab: Lab, number: int) -> None:
    """Wait until the page and the view show a step of the tour."""
    card = lab.page.locator(".st-key-tour")
    expect(card.get_by_text(words("tour.name", step=number, last=LAST))).to_be_visible()
    expect(card.get_by_role("heading", name=words(f"tour.{number}.title"))).to_be_visible()
    expect(lab.page).to_have_url(re.compile(rf"[?&]tour={number}\b"))
    expect(lab.view).to_have_attribute("data-panel", STEPS[number - 1].panel)


QUIET = """() => {
  const isQuiet = document.querySelector(".stApp[data-test-script-state='notRunning']");
  if (!isQuiet) window.quietSince = undefined;
  window.quietSince ??= isQuiet ? performance.now() : undefined;
  return performance.now() - window.quietSince > 500;
}"""
"""The page has taken in what the view reports when it arrives somewhere: in between, Streamlit may drop a click."""


def settle(lab: Lab) -> None:
    lab.page.evaluate("window.quietSince = undefined")
    lab.page.wait_for_function(QUIET)


def press(lab: Lab, name: str) -> None:
    settle(lab)
    lab.page.locator(f".st-key-tour_{name} button").click()


def plain(words: str) -> str:
    """Words as they are on screen, without their marks of emphasis."""
    return words.replace("**", "")


def accuracies(lab: Lab) -> list[float]:
    """Test accuracy of each network as its card says it, per cent."""
    texts = lab.view.locator(".arm-number").all_inner_texts()
    return [float(re.sub(r"[^\d.]", "", text)) for text in texts]


def test_a_newcomer_takes_the_tour_from_its_start_to_its_end(first_visit: Lab) -> None:
    lab = first_visit
    lab.open()
    lab.page.get_by_role("button", name=words("tour.start")).click()
    at_stop(lab, 1)
    lab.until("d => d.source === 'live' && d.status === 'idle' && d.step === '0'")
    lab.wait_for(lambda: lab.arms() == [{"norm": "none"}], "one network without BN")

    press(lab, "next")
    at_stop(lab, 2)
    lab.until("d => d.status === 'running' && +d.step >= 60")

    press(lab, "next")
    at_stop(lab, 3)
    lab.until("d => d.status === 'running'")
    expect(lab.view.locator(".arm-number")).to_have_count(1)
    assert accuracies(lab)[0] < 20  # it died: blind guessing gives 10 %

    press(lab, "next")
    at_stop(lab, 4)
    lab.wait_for(lambda: lab.arms() == [{"norm": "none"}, {"norm": "batch"}], "its twin with BN")
    lab.until("d => d.status === 'running' && +d.step >= 100")

    press(lab, "next")
    at_stop(lab, 5)
    expect(lab.view.locator(".arm-number")).to_have_count(2)
    lab.wait_for(lambda: accuracies(lab)[1] > 60, "a network that learns")
    assert accuracies(lab)[0] < 20

    press(lab, "next")
    at_stop(lab, 6)
    lab.until("d => d.status === 'paused' && d.step === '0'")  # back in time

    press(lab, "next")
    at_stop(lab, 7)  # the same net, started for sigmoids
    lab.until("d => d.source === 'live' && d.status === 'idle' && d.step === '0'")
    assert lab.arms() == [{"norm": "none"}, {"norm": "batch"}]
    settle(lab)
    lab.control("tour_guess").get_by_text(words("tour.guess.option.stays")).click()
    settle(lab)
    lab.page.get_by_test_id("live-train").click()
    at_stop(lab, 8)  # without a press of Next
    expect(lab.page.locator(".st-key-tour")).to_contain_text(plain(words("tour.guess.answer.stays")))
    lab.until("d => d.status === 'running' && +d.step >= 300")

    press(lab, "next")
    at_stop(lab, LAST)
    lab.until("d => d.status === 'paused' && +d.step >= 300")
    expect(lab.view.locator(".arm-number")).to_have_count(2)
    lab.wait_for(lambda: accuracies(lab)[0] > 40, "a network without BN that learns, too")
    view = lab.view.element_handle()
    press(lab, "finish")
    expect(lab.page.locator(".st-key-tour")).to_have_count(0)
    expect(lab.page).not_to_have_url(re.compile("tour="))
    settle(lab)
    assert view.evaluate("(view) => view.isConnected"), "the card that goes above the view makes it a second one"
    expect(lab.view).to_have_count(1)
    expect(lab.view).to_have_attribute("data-status", "paused")  # the lab stays as the tour left it


def test_it_goes_by_keyboard_and_back_and_is_left_and_taken_up_where_it_was(lab: Lab) -> None:
    lab.open("/?tour=6&lr=banana")
    at_stop(lab, 6)
    lab.until("d => d.source === 'recorded' && d.step === '0'")
    settle(lab)
    lab.page.locator(".st-key-tour_next button").focus()
    lab.page.keyboard.press("Enter")
    at_stop(lab, 7)
    settle(lab)
    lab.page.go_back()  # the browser's button
    at_stop(lab, 6)
    press(lab, "back")
    at_stop(lab, 5)
    press(lab, "leave")
    expect(lab.page.locator(".st-key-tour")).to_have_count(0)
    lab.page.get_by_role("button", name=words("tour.again"), exact=True).click()
    at_stop(lab, 5)


def test_another_language_does_not_disturb_the_run(lab: Lab) -> None:
    lab.open("/?panel=gradients")
    lab.train()
    sources = lab.count(wire.HELLO)
    lab.page.locator(".st-key-language").get_by_text("中文").click()
    expect(lab.view.locator('[role=tab][data-panel="gradients"]')).to_have_text("梯度")
    expect(lab.page.get_by_test_id("live-train")).to_contain_text("暂停")
    expect(lab.page).to_have_url(re.compile(r"[?&]lang=zh\b"))
    expect(lab.control("preset").locator("input")).to_have_value(translate("scene.default.name", "zh"))
    expect(lab.view).to_have_attribute("data-panel", "gradients")
    step = lab.step
    lab.until(f"d => d.status === 'running' && +d.step > {step}")
    assert lab.count(wire.HELLO) == sources  # neither a new run nor a new connection
    lab.page.locator(".st-key-language").get_by_text("English").click()
    expect(lab.page.get_by_test_id("live-train")).to_contain_text(words("live.toolbar.pause"))
    expect(lab.page).not_to_have_url(re.compile("lang="))


def test_the_browsers_language_is_spoken(app, new_lab) -> None:
    lab = new_lab(app, locale="zh-CN")
    lab.open()
    expect(lab.page.get_by_test_id("live-train")).to_contain_text("训练")
    lab.page.locator(".st-key-language").get_by_text("English").click()
    expect(lab.page.get_by_test_id("live-train")).to_contain_text("Train")
    lab.page.reload()
    expect(lab.page.get_by_test_id("live-train")).to_contain_text("Train")  # the address says ?lang=en


def test_lecture_mode_leaves_the_view_alone_and_can_be_left(lab: Lab) -> None:
    lab.open()
    lab.page.get_by_role("button", name=words("lecture.enter")).click()
    expect(lab.page).to_have_url(re.compile("lecture=true"))
    for part in ("stSidebar", "stHeader"):
        expect(lab.page.get_by_test_id(part)).not_to_be_visible()
    lab.page.wait_for_function("(view) => view.currentCSSZoom > 1", arg=lab.view.element_handle())
    canvas = lab.view.locator("canvas").first
    sharp = "(c) => Math.abs(c.width - c.getBoundingClientRect().width * devicePixelRatio) <= 2"
    lab.page.wait_for_function(sharp, arg=canvas.element_handle())
    last = lab.step
    press_at(lab.page.get_by_test_id("live-scrub"))
    lab.until(f"d => Math.abs(+d.step - {last} / 2) < {last} * 0.05")
    lab.page.keyboard.press("Escape")  # the view's own way out comes first: back to the newest step
    lab.until(f"d => +d.step === {last}")
    lab.page.keyboard.press("Escape")
    expect(lab.page.get_by_test_id("stSidebar")).to_be_visible()
    expect(lab.page).not_to_have_url(re.compile("lecture="))


def test_cards_are_docked_to_a_ringed_target_and_go_on_when_the_thing_was_done(lab: Lab) -> None:
    lab.open("/?tour=1")
    at_stop(lab, 1)
    lab.until("d => d.source === 'live' && d.status === 'idle'")
    ring = lab.page.get_by_test_id("tour-ring")
    card = lab.page.locator(".st-key-tour")
    expect(card).to_have_attribute("data-docked", "beside")

    def clear_of(target: Locator) -> None:
        """The ring comes to stand around the target, and the card beside it."""
        lab.page.wait_for_function(
            "([a, b]) => Math.abs(a.getBoundingClientRect().top + 5 - b.getBoundingClientRect().top) < 2",
            arg=[ring.element_handle(), target.element_handle()],
        )
        around, inner, beside = ring.bounding_box(), target.bounding_box(), card.bounding_box()
        assert around is not None
        assert inner is not None
        assert beside is not None
        assert around["x"] < inner["x"]
        assert around["x"] + around["width"] > inner["x"] + inner["width"]
        right, bottom = inner["x"] + inner["width"], inner["y"] + inner["height"]
        assert beside["x"] >= right or beside["x"] + beside["width"] <= inner["x"] or beside["y"] >= bottom

    train = lab.page.get_by_test_id("live-train")
    clear_of(train)
    train.click()
    at_stop(lab, 2)  # without a press of Next
    lab.view.locator('[role=tab][data-panel="gradients"]').click()
    at_stop(lab, 3)
    switch = lab.control("second_bn")
    expect(ring).to_be_visible()
    clear_of(switch)
    switch.locator("label").first.click()
    at_stop(lab, 4)
    press(lab, "leave")
    expect(ring).to_have_count(0)
