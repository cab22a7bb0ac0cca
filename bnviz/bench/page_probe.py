"""What a page shows and weighs, read in the browser: first picture, its share of the screen, controls, bytes."""

from __future__ import annotations

from typing import Any, NamedTuple

WINDOW = {"width": 1400, "height": 900}
LOOKING_MS, PATIENCE_MS = 5000, 60_000

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
    else if (performance.now() > 6000) resolve(null);
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
  const isRead = (each) => window.seen(each) && each.textContent.trim() && !each.matches(".sr-only");
  for (const element of texts.filter(isRead)) {
    const range = document.createRange();
    range.selectNodeContents(element);
    const rows = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8))).size;
    lines.push(element.textContent.trim().length / Math.max(1, rows));
  }
  const controls = "a[href], button, input, select, textarea, summary, [tabindex]";
  // Streamlit's scroll area, and words that only explain themselves, have nothing to operate.
  const isStop = (each) => each.tabIndex >= 0 && !["MAIN", "IFRAME", "SPAN"].includes(each.tagName);
  const usable = (each) => window.seen(each) && !each.disabled && isStop(each);
  return {
    share: covered.reduce((sum, one) => sum + one, 0) / covered.length,
    line: Math.round(Math.max(0, ...lines)),
    controls: window.inside(document, controls).filter(usable).length,
    shift: window.bench.shift,
  };
}"""


class FirstVisit(NamedTuple):
    """The first visit of a browser that has nothing in its cache."""

    context: Any
    megabytes: float
    megabytes_of_sockets: float
    requests: int
    plotly: bool


def visit(browser: Any, path: str, context: Any = None) -> Any:  # noqa: ANN401 - Playwright is optional
    """Open a page, and wait until it has a picture and, if it is one of ours, until its script has run."""
    page = (context or browser.new_context(viewport=WINDOW)).new_page()
    page.add_init_script(_WATCH + _TOOLS)
    page.goto(path, wait_until="commit")
    page.evaluate(_FIRST_PICTURE)
    if page.locator("#root").count():  # Streamlit's; a poster may be there before the app is
        page.locator('.stApp[data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE_MS)
    return page


def first_visit(browser: Any, path: str) -> FirstVisit:  # noqa: ANN401 - Playwright is optional
    """Count what a first visit receives within 5 s, over HTTP and over sockets."""
    context = browser.new_context(viewport=WINDOW)
    page = context.new_page()
    session, sizes, sockets = context.new_cdp_session(page), [], []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.on("Network.webSocketFrameReceived", lambda event: sockets.append(_frame_size(event["response"])))
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto(path)
    page.wait_for_timeout(LOOKING_MS)
    page.close()
    plotly = any("Plotly" in url for url in urls)
    return FirstVisit(context, (sum(sizes) + sum(sockets)) / 1e6, sum(sockets) / 1e6, len(urls), plotly)


def _frame_size(frame: dict[str, Any]) -> int:
    """Return the bytes of a frame of a socket; the protocol gives binary ones in base 64."""
    text = frame["payloadData"]
    return len(text) * 3 // 4 if frame["opcode"] == 2 else len(text)


def look_at(page: Any) -> dict[str, float]:  # noqa: ANN401 - Playwright is optional
    """Return the share of the screen that is picture, the longest line, the controls in view and the layout shift."""
    return dict(page.evaluate(_LOOK))
