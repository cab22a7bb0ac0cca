"""Every page as a visitor meets it: how soon there is a picture, how large it is, and whether it answers the hand."""

from __future__ import annotations

import time
from typing import Any

from bnviz.bench.app_in_browser import NeedsBrowserError, app_in_browser
from bnviz.bench.page_probe import LOOKING_MS, PATIENCE_MS, first_visit, look_at, visit
from bnviz.bench.result import BenchRow
from bnviz.text.titles import page_names

DRAG_S, PRESSES = 2.0, 20
NO_PICTURE = ("data", "guide", "limits", "claims", "contents")
"""Pages of words and tables, whose share of picture has no budget."""

_FRAMES = """() => {
  const frames = { longest: 0, on: true }; window.benchFrames = frames;
  let last = performance.now();
  const next = (now) => {
    frames.longest = Math.max(frames.longest, now - last); last = now;
    if (frames.on) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""


def every_page(names: tuple[str, ...] = (), url: str | None = None) -> list[BenchRow]:
    """Measure pages in a headless Chromium, each in a browser without a cache on a server that is warm.

    Args:
        names: the pages; all by default.
        url: where the app runs; by default one is started.
    """
    try:
        with app_in_browser(url) as (browser, address):
            found = []
            for name in names or sorted(page_names(), key=lambda page: (page != "lab", page)):
                path = f"{address}/" if name == "lab" else f"{address}/{name}"
                visit(browser, path).context.close()  # the server is warm from here on
                found += [*_first_view(browser, name, path), *_hand(browser, name, path)]
            return found
    except NeedsBrowserError as error:
        return [BenchRow("pages: first picture", None, 1500, False, "ms", {"skipped": str(error)})]


def _first_view(browser: Any, name: str, path: str) -> list[BenchRow]:  # noqa: ANN401 - Playwright is optional
    """Measure the first visit for bytes, the second one, from the browser's cache, for everything else."""
    visited = first_visit(browser, path)
    context = visited.context
    page = visit(browser, path, context)
    page.wait_for_timeout(max(0, LOOKING_MS - page.evaluate("performance.now()")))
    look, first = look_at(page), page.evaluate("window.bench.first")
    context.close()
    detail = {
        "over sockets": round(visited.megabytes_of_sockets, 3),
        "requests": visited.requests,
        "plotly": visited.plotly,
        "controls in the first view": look["controls"],
    }
    least = 0.0 if name in NO_PICTURE else 25.0
    return [
        BenchRow(f"{name}: first picture, warm", first, 1500, False, "ms", {} if first else {"skipped": "no picture"}),
        BenchRow(f"{name}: share of the first screen that is picture", 100 * look["share"], least, True, "%"),
        BenchRow(f"{name}: layout shift", look["shift"], 0.1, False, ""),
        BenchRow(f"{name}: longest line of text", look["line"], 90, False, "characters"),
        BenchRow(f"{name}: first visit", visited.megabytes, 1.3 if name == "lab" else 1.5, False, "MB", detail),
    ] + ([BenchRow("lab: controls in the first view", look["controls"], 20, False, "")] if name == "lab" else [])


def _hand(browser: Any, name: str, path: str) -> list[BenchRow]:  # noqa: ANN401 - Playwright is optional
    """Drag the first handle of a page's stage, and move it by keyboard; nothing for a page without a stage."""
    page = visit(browser, path)
    page.locator(":root:not(.bnviz-arriving)").wait_for(state="attached", timeout=PATIENCE_MS)
    stage = page.locator('[data-testid="stage"]')
    try:
        if not page.locator(".st-key-stage").count():
            return []
        handle = stage.first.locator('[role="slider"]:visible').first
        handle.wait_for(timeout=PATIENCE_MS)
        page.wait_for_timeout(1000)
        return [*_dragged(page, stage.first, handle, name), _pressed(page, stage.first, handle, name)]
    finally:
        page.context.close()


def _dragged(page: Any, stage: Any, handle: Any, name: str) -> list[BenchRow]:  # noqa: ANN401
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y)
    page.wait_for_timeout(100)
    page.evaluate(_FRAMES)
    before, moves, started = _drawn(stage), 0, time.perf_counter()
    while time.perf_counter() - started < DRAG_S:
        moves += 1
        back = moves % 80
        page.mouse.move(x + 2 * (back if back < 40 else 80 - back), y)
        page.evaluate("() => new Promise(requestAnimationFrame)")
    longest = page.evaluate("() => { window.benchFrames.on = false; return window.benchFrames.longest; }")
    drawn = _drawn(stage) - before
    page.mouse.up()
    detail = {"moves": moves, "pictures": drawn}
    return [
        BenchRow(f"{name}: pictures drawn per move of the pointer", drawn / moves, 0.9, True, "", detail),
        BenchRow(f"{name}: longest frame of the drag", longest, 100, False, "ms"),
    ]


def _pressed(page: Any, stage: Any, handle: Any, name: str) -> BenchRow:  # noqa: ANN401
    handle.focus()
    before = _drawn(stage)
    for _ in range(PRESSES):
        page.keyboard.press("ArrowRight")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    drawn = (_drawn(stage) - before) / PRESSES
    return BenchRow(f"{name}: pictures drawn per press of a key", drawn, 0.9, True, "", {"presses": PRESSES})


def _drawn(stage: Any) -> int:  # noqa: ANN401 - Playwright is optional
    return int(stage.get_attribute("data-drawn") or 0)
