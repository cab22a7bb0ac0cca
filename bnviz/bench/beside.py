"""The lab beside TensorFlow Playground, served from its public build: one browser, one run, one yardstick."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from bnviz.bench.app_in_browser import NeedsBrowserError, app_in_browser
from bnviz.bench.page_probe import first_visit, look_at, visit
from bnviz.bench.result import BenchRow

FOLDER_VARIABLE = "BNVIZ_PLAYGROUND_DIR"
"""Names a folder with the files of Playground's branch ``gh-pages``."""
ROUNDS, TRAINING_MS = 5, 4000


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the two pages.

    Attributes:
        address: where it is served.
        button: a selector of the button that starts training.
        counter: a JavaScript expression of what changes with each picture of the training net.
    """

    address: str
    button: str
    counter: str


# The lab replays a recording before the click: only the steps of the visitor's own run count.
_LIVE_STEP = """(({ source, step }) => (source === "live" && step > 0 ? step : ""))(
  inside(document, "[data-testid=live-view]")[0].dataset)"""
# Frames in which anything was painted on a canvas, whoever painted it; both pages draw their pictures so.
_COUNT_FRAMES = """() => {
  const count = { drawn: 0, dirty: false };
  window.benchDrawn = count;
  const marks = (target, name) => {
    const inner = target[name];
    target[name] = function (...args) { count.dirty = true; return inner.apply(this, args); };
  };
  for (const name of ["putImageData", "drawImage", "fillRect", "clearRect", "stroke", "fill"]) {
    marks(CanvasRenderingContext2D.prototype, name);
  }
  const next = () => { if (count.dirty) count.drawn++; count.dirty = false; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
_CLICK_TO_REDRAW = """([selector, counter]) => new Promise((resolve) => {
  const read = new Function("inside", `return ${counter}`);
  const before = read(window.inside);
  const started = performance.now();
  window.inside(document, selector)[0].click();
  const look = () => {
    if (read(window.inside) !== before) requestAnimationFrame(() => resolve(performance.now() - started));
    else if (performance.now() - started > 20000) resolve(Infinity);
    else requestAnimationFrame(look);
  };
  look();
})"""


def playground_and_lab() -> list[BenchRow]:
    """Measure both pages in one browser, each served from this machine."""
    folder = Path(os.environ.get(FOLDER_VARIABLE, ""))
    try:
        if not (folder / "bundle.js").is_file():
            raise NeedsBrowserError(f"{FOLDER_VARIABLE} names no folder with Playground's build (its branch gh-pages)")
        with app_in_browser() as (browser, ours), _served(folder) as theirs:
            lab = Subject(f"{ours}/", '[data-testid="live-train"]', _LIVE_STEP)
            iterations = 'document.querySelector("#iter-number").textContent'
            playground = Subject(f"{theirs}/", "#play-pause-button", iterations)
            return _compared(_measured(browser, lab), _measured(browser, playground))
    except NeedsBrowserError as error:
        return [BenchRow("beside Playground: first picture", None, 1, False, "ratio", {"skipped": str(error)})]


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder of files on a free port."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, name="bnviz-bench-peer", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _measured(browser: Any, subject: Subject) -> dict[str, float]:  # noqa: ANN401 - Playwright is optional
    visit(browser, subject.address).context.close()  # the server is warm from here on
    visited = first_visit(browser, subject.address)
    context = visited.context
    firsts, clicks, frames, controls = [], [], [], []
    for _ in range(ROUNDS):
        page = visit(browser, subject.address, context)
        firsts.append(page.evaluate("window.bench.first"))
        page.locator(subject.button).wait_for()
        page.wait_for_timeout(1500)
        controls.append(look_at(page)["controls"])
        clicks.append(page.evaluate(_CLICK_TO_REDRAW, [subject.button, subject.counter]))
        page.wait_for_timeout(1000)
        page.evaluate(_COUNT_FRAMES)
        page.wait_for_timeout(TRAINING_MS)
        frames.append(page.evaluate("window.benchDrawn.drawn") / (TRAINING_MS / 1000))
        page.close()
    context.close()
    return {
        "first picture": statistics.median(firsts),
        "click to first redraw": statistics.median(clicks),
        "frames drawn a second": statistics.median(frames),
        "first visit": visited.megabytes,
        "requests": visited.requests,
        "controls in the first view": statistics.median(controls),
    }


def _compared(ours: dict[str, float], theirs: dict[str, float]) -> list[BenchRow]:
    units = ("ms", "ms", "1/s", "MB", "", "")
    rows = []
    for (what, value), unit in zip(ours.items(), units, strict=True):
        larger = what == "frames drawn a second"
        detail = {"lab": round(value, 3), "Playground": round(theirs[what], 3), "unit": unit}
        rows.append(
            BenchRow(
                f"beside Playground: {what}, lab / Playground",
                value / theirs[what] if theirs[what] else None,
                1,
                larger,
                "ratio",
                detail,
            )
        )
    return rows
