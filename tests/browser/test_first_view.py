"""The first view of a newcomer: it moves by itself, and says what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable

from lab_view import Lab, words
from playwright.sync_api import expect
from pointing import press_at

FIRST_PICTURE_TO_MOVEMENT_MS = 1000

WATCH = """
() => {
  window.bnvizSeen = { steps: [] };
  // Until then the view is hidden: in the poster's place, or in its own.
  for (const sign of ["bnviz:early-frame", "bnviz:first-frame"])
    addEventListener(sign, () => { window.bnvizSeen.painted ??= performance.now(); });
  const watch = () => {
    const view = document.querySelector("[data-testid=live-view]") ?? find(document);
    const step = view?.dataset.step;
    const drawn = view?.dataset.source === "recorded";
    const plays = drawn && view.dataset.replay === "true";
    const seen = window.bnvizSeen;
    if (plays && seen.steps.at(-1)?.[0] !== step) seen.steps.push([step, performance.now()]);
    requestAnimationFrame(watch);
  };
  const find = (root) => {
    for (const node of root.querySelectorAll("*")) {
      const found = node.shadowRoot && node.shadowRoot.querySelector("[data-testid=live-view]");
      if (found) return found;
    }
    return null;
  };
  requestAnimationFrame(watch);
}
"""


def test_it_moves_within_a_second_of_its_first_picture_without_a_click(first_visit: Lab) -> None:
    lab = first_visit
    lab.page.add_init_script(f"({WATCH})()")
    lab.open("/")
    lab.until("d => d.replay === 'true' && +d.step >= 20")
    expect(lab.page.get_by_test_id("live-badge-source")).to_contain_text(words("live.badge.recorded"))
    seen = lab.page.evaluate("window.bnvizSeen")
    moved = [at for step, at in seen["steps"] if int(step) > 0]
    assert moved[0] - seen["painted"] < FIRST_PICTURE_TO_MOVEMENT_MS
    # About 20 steps per second: 20 steps take a second, and a slow machine may only take longer.
    first = next(at for step, at in seen["steps"] if int(step) >= 1)
    twentieth = next(at for step, at in seen["steps"] if int(step) >= 20)
    assert twentieth - first > 800
    assert lab.sent == [] or all(op["op"] in ("visible", "hidden", "place", "details") for op in lab.sent), (
        "nobody pressed anything"
    )


def test_the_first_panel_shows_cause_and_success_and_a_caption_that_follows_in_both_languages(lab: Lab) -> None:
    lab.open("/")
    expect(lab.view).to_have_attribute("data-panel", "glance")
    pictures = lab.view.locator(".panel-glance canvas")
    assert pictures.count() == 4  # a boundary and gradient bars of each network
    for box in (pictures.nth(index).bounding_box() for index in range(4)):
        assert box is not None
        assert box["y"] + box["height"] <= 900, "in the first view"
    caption = lab.page.get_by_test_id("live-caption")
    expect(caption).to_have_attribute("data-rule", "vanishing")
    lab.press("replay")  # hold the loop
    expect(caption).to_contain_text("the gradient hardly reaches layer 1")
    lab.page.locator(".st-key-language").get_by_text("中文").click()
    expect(caption).to_contain_text("梯度几乎到不了第 1 层")
    press_at(lab.page.get_by_test_id("live-scrub"), 0.7)
    lab.press("replay")  # goes on from there
    expect(caption).to_have_attribute("data-rule", "solved")


def test_the_loop_ends_when_the_visitor_takes_over_and_a_run_goes_on_at_its_pace(lab: Lab) -> None:
    lab.open("/")
    acts: dict[str, Callable[[], None]] = {
        "scrub": lambda: lab.page.get_by_test_id("live-scrub").click(),
        "key": lambda: lab.view.press("ArrowLeft"),
        "hold": lambda: lab.press("replay"),
    }
    for name, act in acts.items():
        lab.until("d => d.replay === 'true' && +d.step > 5")
        act()
        lab.until("d => d.replay === 'false'")
        step = lab.step
        lab.page.get_by_test_id("live-replay").hover()
        lab.page.evaluate("() => new Promise((done) => setTimeout(done, 300))")  # six steps of the loop
        assert lab.step == step, name
        lab.press("replay")
        lab.until(f"d => d.replay === 'true' && +d.step !== {step}")
    lab.train()
    lab.until("d => d.replay === 'false'")
    expect(lab.page.get_by_test_id("live-speed")).to_have_value("20")


def test_with_reduced_motion_nothing_plays_unless_it_is_asked_for(app, new_lab) -> None:
    lab = new_lab(app, reduced_motion="reduce")
    lab.open("/")
    lab.until("d => +d.step === 200")
    lab.page.evaluate("() => new Promise((done) => setTimeout(done, 500))")
    assert lab.view.get_attribute("data-replay") == "false"
    assert lab.step == 200
    lab.press("replay")
    lab.until("d => d.replay === 'true' && +d.step > 3 && +d.step < 200")


def test_a_scene_plays_when_asked_and_rests_on_its_last_step(lab: Lab) -> None:
    lab.open("/?preset=figure1&panel=figure1")
    lab.until("d => +d.step === 1000 && d.replay === 'false' && d.source === 'recorded'")
    assert re.search("recorded", lab.page.get_by_test_id("live-badge-source").inner_text())


CONTROLS = """
() => {
  const found = [];
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) walk(node.shadowRoot);
      const box = node.getBoundingClientRect();
      const isInView = box.width && box.height && box.bottom > 0 && box.top < innerHeight && box.left < innerWidth;
      const isStop = node.tabIndex >= 0 && !node.disabled && !["MAIN", "IFRAME", "SPAN"].includes(node.tagName);
      if (isStop && isInView && node.checkVisibility({ visibilityProperty: true }))
        found.push(`${node.tagName} ${node.getAttribute("aria-label") || node.textContent}`.slice(0, 60));
    }
  };
  walk(document);
  return found;
}
"""
"""Stops of the Tab key in the first view. Streamlit's scroll area and words that only explain themselves (spans) have
nothing to operate, so they are not counted."""


def test_the_first_view_has_at_most_20_controls_and_another_network_waits_until_training(lab: Lab) -> None:
    lab.open("/")
    lab.until("d => d.replay === 'true' && +d.step > 3")
    found = lab.page.evaluate(CONTROLS)
    assert len(found) <= 20, "|".join(found)
    for name in ("second_bn", "lr", "depth"):
        expect(lab.control(name)).to_be_visible()
    expect(lab.control("activation")).not_to_be_visible()
    lab.more()
    lab.control("activation").get_by_text("relu", exact=True).click()
    toast = lab.page.get_by_test_id("live-toast")
    expect(toast).to_contain_text(words("live.restart.waiting"))
    lab.train()
    expect(toast).to_be_hidden()


def test_a_network_alone_shows_all_points_and_its_bars_in_the_first_view(lab: Lab) -> None:
    lab.page.set_viewport_size({"width": 1400, "height": 900})
    lab.open("/")
    lab.until("d => d.replay === 'true' && +d.step > 3")
    lab.control("second_bn").locator("label").first.click()
    lab.until("d => d.replay === 'false' && d.source === 'live'")
    body = lab.view.locator(".panel-glance .glance-body")
    expect(body).to_have_count(1)
    expect(body).to_have_attribute("data-beside", "true")
    picture, bars = (body.locator("canvas").nth(index).bounding_box() for index in range(2))
    assert picture is not None
    assert bars is not None
    assert bars["x"] >= picture["x"] + picture["width"], "beside it"
    assert max(box["y"] + box["height"] for box in (picture, bars)) <= 900
