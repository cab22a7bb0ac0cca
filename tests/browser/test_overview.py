"""The overview of a deep net: it names every layer, chooses which the panels draw, by mouse and by keys."""

from __future__ import annotations

from lab_view import Lab, words
from playwright.sync_api import Locator, expect


def options(lab: Lab) -> Locator:
    return lab.page.get_by_test_id("live-overview").get_by_role("option")


CHOSEN = """(overview) => [...overview.querySelectorAll("[role=option][aria-selected=true]")]
    .map((option) => +option.dataset.layer)"""


def chosen(lab: Lab) -> list[int]:
    """Layers that are marked, read in one go."""
    return list(lab.page.get_by_test_id("live-overview").evaluate(CHOSEN))


def wait_for_chosen(lab: Lab, layers: list[int]) -> None:
    overview = lab.page.get_by_test_id("live-overview").element_handle()
    same = f"([overview, layers]) => String(({CHOSEN})(overview)) === String(layers)"
    lab.page.wait_for_function(same, arg=[overview, layers])


def small_multiple(lab: Lab, layer: int) -> Locator:
    """The picture of a convolution (from 0) in the panel, of the net with BN."""
    return lab.page.get_by_role("button", name=f"conv{layer + 1} of {words('arm.batch')}")


def test_a_layer_is_added_and_dropped_and_the_panel_follows(lab: Lab) -> None:
    lab.open("/?preset=resnet20&panel=distributions")
    expect(options(lab)).to_have_count(19)
    first = chosen(lab)
    assert len(first) == 6
    assert (first[0], first[-1]) == (0, 18)
    added = next(layer for layer in range(19) if layer not in first)
    expect(small_multiple(lab, first[1])).to_be_visible()
    expect(small_multiple(lab, added)).to_have_count(0)
    options(lab).nth(added).click()
    expect(small_multiple(lab, added)).to_be_visible()
    expect(options(lab).nth(added)).to_have_attribute("aria-selected", "true")
    assert len(chosen(lab)) == 6  # one of the former gave way
    options(lab).nth(added).click()
    expect(options(lab).nth(added)).to_have_attribute("aria-selected", "false")
    expect(small_multiple(lab, added)).to_have_count(0)
    lab.page.get_by_test_id("live-even").click()
    wait_for_chosen(lab, first)
    expect(small_multiple(lab, first[1])).to_be_visible()


def test_arrows_walk_through_the_layers_and_enter_chooses(lab: Lab) -> None:
    lab.open("/?preset=vgg11&panel=distributions")
    expect(options(lab)).to_have_count(8)
    before = chosen(lab)
    away = next(layer for layer in range(8) if layer not in before)
    options(lab).nth(before[0]).focus()
    for _ in range(away - before[0]):
        lab.page.keyboard.press("ArrowRight")
    expect(options(lab).nth(away)).to_be_focused()
    lab.page.keyboard.press("Enter")
    expect(options(lab).nth(away)).to_have_attribute("aria-selected", "true")


def test_a_shallow_net_has_nothing_to_choose(lab: Lab) -> None:
    lab.open()
    expect(lab.page.get_by_test_id("live-overview")).to_be_hidden()
