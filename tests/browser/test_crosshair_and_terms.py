"""Values under a crosshair in every panel, by pointer and by keyboard, and labels that explain themselves."""

from __future__ import annotations

from lab_view import Lab, words
from playwright.sync_api import expect
from pointing import point_at

from bnviz.lab.panels import PANELS

PICTURES = "(view) => [...view.querySelectorAll('.stage canvas')].map((c) => c.toDataURL()).join()"


# The first frames of a panel may still change its layout, so the pictures are those that ten frames leave alone.
SETTLED = f"""async (view) => {{
  const frame = () => new Promise(requestAnimationFrame);
  let last = "";
  for (let same = 0; same < 10; ) {{
    await frame();
    const now = ({PICTURES})(view);
    same = now === last ? same + 1 : 0;
    last = now;
  }}
  return last;
}}"""


def pictures(lab: Lab) -> str:
    """The pictures of the panel once nothing moves."""
    drawn: str = lab.view.evaluate(SETTLED)
    return drawn


def test_pointing_draws_a_crosshair_in_every_panel_and_leaving_takes_it_away(lab: Lab, subtests) -> None:
    lab.open("/?preset=moons&seed=0")
    lab.press("replay")  # hold the loop
    lab.until("d => d.replay === 'false'")
    lab.page.get_by_test_id("live-scrub").press("End")
    lab.until("d => +d.step === 200")
    for panel in PANELS:
        with subtests.test(panel=panel):
            lab.tab(panel)
            point_and_leave(lab, panel)


def point_and_leave(lab: Lab, panel: str) -> None:
    """The pictures of a panel differ while the pointer is on one of them, and are the former ones when it has left."""
    canvas = lab.view.locator(f".panel-{panel} canvas")
    canvas = canvas.last if panel == "parameters" else canvas.first
    # Until it has been drawn, a canvas has another height: what is scrolled to before does not stay there.
    before = pictures(lab)
    height = canvas.evaluate("(node) => node.offsetHeight")
    point_at(canvas, 0.45, min(90 / height, 0.5))
    lab.page.wait_for_function(
        f"([view, before]) => ({PICTURES})(view) !== before", arg=[lab.view.element_handle(), before]
    )
    lab.page.mouse.move(5, 5)
    lab.page.wait_for_function(
        f"([view, before]) => ({PICTURES})(view) === before", arg=[lab.view.element_handle(), before]
    )


def test_the_arrow_keys_move_the_crosshair_and_its_values_are_spoken(lab: Lab) -> None:
    lab.open()
    lab.tab("curves")
    step = lab.step
    lab.view.locator("[role=tab][aria-selected=true]").focus()
    panel = lab.view.get_by_role("tabpanel")
    while not panel.evaluate("(node) => node.getRootNode().activeElement === node"):
        lab.page.keyboard.press("Tab")
    spoken = lab.page.get_by_test_id("live-crosshair")
    lab.page.keyboard.press("ArrowRight")
    expect(spoken).to_contain_text("%")
    first = spoken.inner_text()
    for _ in range(20):
        lab.page.keyboard.press("ArrowLeft")
    expect(spoken).not_to_have_text(first)
    assert lab.step == step, "the crosshair moves, and not the cursor"
    lab.page.keyboard.press("Escape")
    expect(spoken).to_have_text("")


def test_labels_explain_themselves_where_the_pointer_is_and_in_a_row_for_the_keyboard(lab: Lab) -> None:
    lab.open()
    lab.tab("distributions")
    pictures(lab)  # until nothing moves under the pointer
    canvas = lab.view.locator(".panel-distributions canvas").first
    tip = lab.page.get_by_test_id("live-term-tip")
    width = canvas.evaluate("(node) => node.offsetWidth")
    canvas.hover(position={"x": width - 110, "y": 46})  # "mean sigma'" of the first layer
    expect(tip).to_have_text(words("live.terms.derivative"))
    lab.view.locator(".arm-error").first.hover()
    expect(tip).to_contain_text("all 1\u202f000 test samples; training uses 4\u202f000 others")
    lab.page.mouse.move(5, 5)
    expect(tip).not_to_be_visible()
    expect(lab.view.locator(".arm-error").first).to_have_text("±\u202f0.9")
    expect(lab.view.locator(".panel-distributions")).to_contain_text("a sample: 2\u202f048 of the 6\u202f000 values")
    term = lab.page.get_by_test_id("live-terms").locator('[data-term="gradient"]')
    term.focus()
    expect(term.get_by_role("tooltip")).to_have_text(words("live.terms.gradient"))
    expect(term.get_by_role("tooltip")).to_be_visible()
