"""What a visitor sees before touching anything."""

from __future__ import annotations

import io
import time

import pytest
from lab_view import Lab, words
from PIL import Image, ImageStat
from playwright.sync_api import expect

PANELS = ("distributions", "figure1", "saturation", "contours", "gradients", "parameters", "curves")

# How many of a panel's canvases hold more than one color.
PAINTED = """panel => {
  const painted = (canvas) => {
    if (!canvas.width || !canvas.height) return false;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    return pixels.some((pixel) => pixel !== pixels[0]);
  };
  return [...panel.querySelectorAll("canvas")].some(painted);
}"""


def brightness(lab: Lab) -> float:
    """Mean of the view's pixels as they are on screen, 0 to 255."""
    picture = Image.open(io.BytesIO(lab.view.locator("canvas").nth(2).screenshot())).convert("L")
    return ImageStat.Stat(picture).mean[0]


def test_the_first_paint_is_a_recording_of_many_steps(first_visit: Lab) -> None:
    lab = first_visit
    start = time.monotonic()
    lab.open()
    lab.until("d => +d.frames > 0")
    assert time.monotonic() - start < 15  # the budget is 2 s on an idle machine; this one may be busy
    lab.until("d => d.source === 'recorded' && +d.step > 100")
    expect(lab.page.get_by_test_id("live-badge-source")).to_contain_text(words("live.badge.recorded"))
    assert lab.arms() == [{"norm": "none"}, {"norm": "batch"}]
    assert brightness(lab) > 200


def test_every_panel_paints(lab: Lab) -> None:
    lab.open()
    for panel in PANELS:
        lab.tab(panel)
        handle = lab.view.locator(f".panel-{panel}").element_handle()
        lab.page.wait_for_function(PAINTED, arg=handle)
        expect(lab.view.get_by_role("alert")).to_have_count(0)


def test_every_panel_has_a_twin_at_rest(lab: Lab) -> None:
    lab.open()
    explore = lab.page.locator(".st-key-explore")
    explore.locator("summary").click()
    for panel in PANELS:
        lab.tab(panel)
        title = words(f"live.tabs.{panel}")
        caption = words("lab.explore_sub", panel=title, step=lab.step)
        expect(explore.get_by_text(caption)).to_be_visible()
        # A panel's twin comes with a new element: the old one must not count.
        expect(explore.locator(f".st-key-twin-{panel} .js-plotly-plot .main-svg").first).to_be_visible()


def test_a_plane_adds_the_decision_boundary(lab: Lab) -> None:
    lab.open("/?dataset=spirals&depth=2&activation=tanh")
    lab.tab("boundary")
    lab.train()
    lab.page.wait_for_function(PAINTED, arg=lab.view.locator(".panel-boundary").element_handle())


def test_dark_theme(app, new_lab) -> None:
    lab = new_lab(app, color_scheme="dark")
    lab.open()
    expect(lab.view).to_have_attribute("data-dark", "true")
    lab.until("d => +d.frames > 0")
    assert brightness(lab) < 80


CUT_NAMES = """(view) => [...view.querySelectorAll(".arm-label")]
  .filter((name) => name.checkVisibility() && name.scrollWidth > name.clientWidth)
  .map((name) => name.textContent)"""


def test_nothing_is_wider_than_a_page_of_800_pixels(app, new_lab) -> None:
    lab = new_lab(app, viewport={"width": 800, "height": 900})
    lab.open()
    main = lab.page.get_by_test_id("stMain")
    for panel in (*PANELS, "glance"):
        lab.tab(panel)
        expect(lab.view.locator(f".panel-{panel} canvas").first).to_be_visible()
        too_wide = "e => [document.documentElement, e].map((part) => part.scrollWidth - part.clientWidth)"
        assert main.evaluate(too_wide) == [0, 0], panel
        assert lab.view.evaluate(CUT_NAMES) == [], panel


WIDTHS = (1400, 1240, 1000, 800, 700, 600, 390)


def heights(lab: Lab) -> dict[int, list[float]]:
    """Heights of the toolbar and of the row of tabs in windows of some widths; of a page without a sidebar."""
    found = {}
    for width in WIDTHS:
        lab.page.set_viewport_size({"width": width, "height": 900})
        rows = lab.view.locator(":is(.toolbar, .tab-list)")
        found[width] = rows.evaluate_all("all => all.map((row) => row.getBoundingClientRect().height)")
    return found


def test_a_run_needs_no_more_room_than_a_recording_and_tabs_take_one_row(app, new_lab) -> None:
    lab = new_lab(app, viewport={"width": WIDTHS[0], "height": 900})
    lab.open("/?preset=moons&embed=true")
    lab.until("d => d.source === 'recorded'")
    recorded = heights(lab)
    assert {len(each) for each in recorded.values()} == {2}
    lab.train()
    assert heights(lab) == recorded, "what is below the toolbar jumps when Train is pressed"
    assert max(tabs for _, tabs in recorded.values()) < 40


def test_a_name_that_says_a_learning_rate_is_not_cut(lab: Lab) -> None:
    lab.open("/?preset=best-rates")
    expect(lab.view.locator(".panel-glance canvas").first).to_be_visible()
    names = lab.view.locator(".panel-glance .arm-label")
    expect(names.first).to_contain_text("2")
    assert lab.view.evaluate(CUT_NAMES) == []
    lab.tab("saturation")
    bodies = lab.view.locator(".panel-saturation .card-body")
    expect(bodies).to_have_count(2)
    tops = bodies.evaluate_all("all => all.map((body) => body.getBoundingClientRect().top)")
    assert tops[0] == tops[1], "one name takes two lines, the other one; the pictures stand side by side all the same"


def test_an_embedded_page_is_the_view_alone(lab: Lab) -> None:
    lab.open("/?preset=figure1&embed=true")
    expect(lab.page.get_by_test_id("stSidebar")).not_to_be_visible()
    expect(lab.page.get_by_test_id("live-train")).to_be_visible()


def test_a_wrong_value_in_the_address_is_told_in_one_sentence(lab: Lab) -> None:
    lab.open("/?depth=3&lr=banana")
    alert = lab.page.get_by_test_id("stMain").get_by_role("alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("banana")
    expect(alert).to_contain_text(words("sidebar.link_wrong", error="|").split("|")[0])
    assert len(lab.newest("arms", 1)[0]["layers"]) == 3  # the rest of the link is used


@pytest.mark.parametrize("path", ["/data", "/guide"])
def test_other_pages(lab: Lab, path: str) -> None:
    lab.page.goto(lab.url + path)
    title = words("data.title" if path == "/data" else "nav.guide")
    expect(lab.page.get_by_role("heading", name=title).first).to_be_visible()
