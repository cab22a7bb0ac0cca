"""Every page as a visitor meets it: how soon there is a picture, how large it is, and whether it answers the hand."""

from __future__ import annotations

import time
from typing import Any

from bnviz.bench.app_in_browser import NeedsBrowserError, app_in_browser
from bnviz.bench.result import BenchRow
from bnviz.text.titles import page_names

WINDOW = {"width": 1400, "height": 900}
LOOKING_MS, PATIENCE_MS = 5000, 60_000
DRAG_S, PRESSES = 2.0, 20
NO_PICTURE = ("data", "guide", "claims", "contents")
"""Pages of words and tables, whose share of picture has no budget."""

# Runs before the page: what shifts, and when the first picture of any kind is there (a poster is one).
_WATCH = """
window.bench = { shift: 0, first: null };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.bench.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# Functions of the page that look into shadow roots, too.
_TOOLS = """
window.inside = (root, wanted) => [...root.querySelectorAll("*")].flatMap((element) => [
  ...(element.matches(wanted) ? [element] : []),
  ...(element.shadowRoot ? window.inside(element.shadowRoot, wanted) : []),
]);
window.seen = (element) => {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const box = [Math.max(0, left), Math.max(0, top), Math.min(innerWidth, right), Math.min(innerHeight, bottom)];
  return element.checkVisibility({ visibilityProperty: true }) && box[2] > box[0] && box[3] > box[1] ? box : null;
};
"""
_FIRST_PICTURE = """() => new Promise((resolve) => {
  const wanted = "canvas, svg, img, [data-testid=stage]";
  const look = () => {
    const large = window.inside(document, wanted).some((element) => {
      const box = window.seen(element);
      return box && (box[2] - box[0]) * (box[3] - box[1]) > 20000 && (element.complete ?? true);
    });
    if (large) requestAnimationFrame(() => resolve((window.bench.first = performance.now())));
    else if (performance.now() > 20000) resolve(null);
    else setTimeout(look, 10);
  };
  look();
})"""
_LOOK = """() => {
  const cell = 10, wide = Math.ceil(innerWidth / cell), high = Math.ceil(innerHeight / cell);
  const covered = new Uint8Array(wide * high);
  for (const element of window.inside(document, "canvas, svg, img, [data-testid=stage]")) {
    const box = window.seen(element);
    if (!box || (box[2] - box[0]) * (box[3] - box[1]) < 2000) continue;
    const [left, top, right, bottom] = box.map((side) => Math.round(side / cell));
    for (let y = top; y < bottom; y++) covered.fill(1, y * wide + left, y * wide + right);
  }
  const lines = [];
  const texts = window.inside(document, "p, li, h1, h2, h3, summary, td, label");
  for (const element of texts.filter((each) => window.seen(each) && each.textContent.trim())) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const rows = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8))).size;
    lines.push(element.textContent.trim().length / Math.max(1, rows));
  }
  const controls = "a[href], button, input, select, textarea, summary, [tabindex]";
  const usable = (each) => window.seen(each) && !each.disabled && each.tabIndex >= 0;
  return {
    share: covered.reduce((sum, one) => sum + one, 0) / covered.length,
    line: Math.round(Math.max(0, ...lines)),
    controls: window.inside(document, controls).filter(usable).length,
    shift: window.bench.shift,
  };
}"""
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
                _visit(browser, path).context.close()  # the server is warm from here on
                found += [*_first_view(browser, name, path), *_hand(browser, name, path)]
            return found
    except NeedsBrowserError as error:
        return [BenchRow("pages: first picture", None, 1500, False, "ms", {"skipped": str(error)})]


def _visit(browser: Any, path: str, context: Any = None) -> Any:  # noqa: ANN401 - Playwright is optional
    page = (context or browser.new_context(viewport=WINDOW)).new_page()
    page.add_init_script(_WATCH + _TOOLS)
    page.goto(path, wait_until="commit")
    page.evaluate(_FIRST_PICTURE)
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE_MS)
    return page


def _first_view(browser: Any, name: str, path: str) -> list[BenchRow]:  # noqa: ANN401 - Playwright is optional
    """Measure the first visit for bytes, the second one, from the browser's cache, for everything else."""
    context = browser.new_context(viewport=WINDOW)
    page = context.new_page()
    session, sizes = context.new_cdp_session(page), []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(path)
    page.wait_for_timeout(LOOKING_MS)
    page.close()
    page = _visit(browser, path, context)
    page.wait_for_timeout(max(0, LOOKING_MS - page.evaluate("performance.now()")))
    look, first = page.evaluate(_LOOK), page.evaluate("window.bench.first")
    context.close()
    megabytes = sum(sizes) / 1e6
    detail = {"requests": len(urls), "plotly": any("Plotly" in url for url in urls)}
    least = 0.0 if name in NO_PICTURE else 25.0
    return [
        BenchRow(f"{name}: first picture, warm", first, 1500, False, "ms", {} if first else {"skipped": "no picture"}),
        BenchRow(f"{name}: share of the first screen that is picture", 100 * look["share"], least, True, "%"),
        BenchRow(f"{name}: layout shift", look["shift"], 0.1, False, ""),
        BenchRow(f"{name}: longest line of text", look["line"], 90, False, "characters"),
        BenchRow(f"{name}: first visit", megabytes, 1.3 if name == "lab" else 1.5, False, "MB", detail),
        BenchRow(f"{name}: controls in the first view", look["controls"], 20, False, ""),
    ]


def _hand(browser: Any, name: str, path: str) -> list[BenchRow]:  # noqa: ANN401 - Playwright is optional
    """Drag the first handle of a page's stage, and move it by keyboard; nothing for a page without a stage."""
    page = _visit(browser, path)
    page.locator(":root:not(.bnviz-arriving)").wait_for(state="attached", timeout=PATIENCE_MS)
    stage = page.locator('[data-testid="stage"]')
    try:
        if not page.locator(".st-key-stage").count():
            return []
        handle = stage.first.locator('[role="slider"]').first
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
