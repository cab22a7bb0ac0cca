"""What a visitor gets: frames painted a second and their bytes, time to the first one, scrubbing. Needs Chromium."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from typing import Any

from bnviz.bench.app_in_browser import NeedsBrowserError, app_in_browser
from bnviz.bench.result import BenchRow
from bnviz.live import wire

VIEW = '[data-testid="live-view"]'
PAINTED = "frames painted a second, 5 layers x 2 arms, headless Chromium"
BYTES = "bytes a second of a running view, 5 layers x 2 arms, distributions"
FIGURE_1 = "bytes a second of a running view, 5 layers x 2 arms, Figure 1"
KINDS = {wire.FRAME: "frames", wire.CURVES: "curves", wire.CURVE_ENDS: "ends of curves", wire.STATUS: "status"}


def in_browser(seconds: float = 6.0) -> list[BenchRow]:
    """Drive the real app in headless Chromium and read what its view says of itself."""
    try:
        with app_in_browser() as (browser, url):
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.goto(url)
            _until_painted(page)  # the server is warm from here on
            return [
                _first_paint(browser, url),
                *_painting(page, f"{url}/?depth=5&panel=distributions", seconds),
                _weight(browser.new_page(viewport={"width": 1400, "height": 1000}), f"{url}/?depth=5&panel=figure1"),
            ]
    except NeedsBrowserError as error:
        return _skipped(str(error))


def _until_painted(page: Any) -> None:  # noqa: ANN401 - Playwright is optional
    # A locator looks into the component's shadow root, document.querySelector does not.
    page.locator(f'{VIEW}[data-frames]:not([data-frames="0"])').wait_for(timeout=60_000)


def _first_paint(browser: Any, url: str, rounds: int = 5) -> BenchRow:  # noqa: ANN401 - Playwright is optional
    """Time visits of browsers that have nothing in their caches: until a frame is seen, and until the page takes keys.

    What counts is what a visitor sees, before or after the browser calls the page loaded: a view that is visible (the
    place of the early one is hidden until it is drawn and styled), with a frame, painted.
    """
    times, usable = [], []
    for _ in range(rounds):
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        started = time.perf_counter()
        page.goto(url, wait_until="commit")
        _until_painted(page)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        times.append(time.perf_counter() - started)
        page.locator("#bnviz-early").wait_for(state="detached")
        usable.append(time.perf_counter() - started)
        page.close()
    detail = {"seconds": [round(t, 2) for t in times], "until_it_takes_keys": [round(t, 2) for t in usable]}
    return BenchRow("page load to first painted frame", statistics.median(times), 1.5, False, "s", detail)


def _painting(page: Any, url: str, seconds: float) -> list[BenchRow]:  # noqa: ANN401 - Playwright is optional
    received, sizes = _received(page)
    view = _trained(page, url)
    received.clear()
    sizes.clear()
    first, started = int(view.get_attribute("data-frames")), time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    elapsed = time.perf_counter() - started
    painted = (int(view.get_attribute("data-frames")) - first) / elapsed
    per_s = {name: round(received[kind] / elapsed, 1) for kind, name in KINDS.items() if received[kind]}
    row = _kilobytes(BYTES, sizes, received, elapsed)
    page.keyboard.press("Space")
    page.locator(f'{VIEW}[data-status="paused"]').wait_for(timeout=30_000)
    return [BenchRow(PAINTED, painted, 30, True, "1/s", {"received_per_s": per_s}), row, _scrubbing(page, view)]


def _weight(page: Any, url: str, seconds: float = 4.0) -> BenchRow:  # noqa: ANN401 - Playwright is optional
    """Measure what Figure 1's panel receives while its networks train."""
    received, sizes = _received(page)
    _trained(page, url)
    received.clear()
    sizes.clear()
    started = time.perf_counter()
    page.wait_for_timeout(1000 * seconds)
    row = _kilobytes(FIGURE_1, sizes, received, time.perf_counter() - started)
    page.close()
    return row


def _trained(page: Any, url: str) -> Any:  # noqa: ANN401 - Playwright is optional
    """Open a page and train its networks for a moment; returns the view."""
    page.goto(url)
    _until_painted(page)
    page.locator("#bnviz-early").wait_for(state="detached")  # it takes no keys before the page's script has run
    view = page.locator(VIEW)
    view.focus()
    page.keyboard.press("Space")
    page.locator(f'{VIEW}[data-status="running"]').wait_for(timeout=30_000)
    page.wait_for_timeout(1500)
    return view


def _kilobytes(what: str, sizes: Counter[int], received: Counter[int], elapsed: float) -> BenchRow:
    kilobytes = {name: round(sizes[kind] / elapsed / 1000, 1) for kind, name in KINDS.items() if sizes[kind]}
    frame = round(sizes[wire.FRAME] / max(1, received[wire.FRAME]))
    detail = {"kilobytes_per_s": kilobytes, "bytes_per_frame": frame}
    return BenchRow(what, sizes.total() / elapsed / 1000, 215 if what == FIGURE_1 else 200, False, "kB/s", detail)


def _received(page: Any) -> tuple[Counter[int], Counter[int]]:  # noqa: ANN401 - Playwright is optional
    """Count the live view's messages from now on, and their bytes, by kind."""
    counts: Counter[int] = Counter()
    sizes: Counter[int] = Counter()

    def add(message: object) -> None:
        if isinstance(message, bytes):
            counts[wire.kind_of(message)] += 1
            sizes[wire.kind_of(message)] += len(message)

    def listen(socket: Any) -> None:  # noqa: ANN401 - Playwright is optional
        if "/bnviz/ws" in socket.url:
            socket.on("framereceived", add)

    page.on("websocket", listen)
    return counts, sizes


def _scrubbing(page: Any, view: Any) -> BenchRow:  # noqa: ANN401 - Playwright is optional
    """Scrub with the arrow keys at rest; how many moves are on screen one animation frame later."""
    presses, drawn = 60, 0
    view.focus()
    for _ in range(presses):
        before = view.get_attribute("data-step")
        page.keyboard.press("ArrowLeft")
        page.evaluate("() => new Promise(requestAnimationFrame)")
        drawn += view.get_attribute("data-step") != before
    detail = {"moves": presses}
    return BenchRow("scrubbing: moves drawn in the next animation frame", drawn / presses, 0.95, True, "ratio", detail)


def _skipped(reason: str) -> list[BenchRow]:
    names = (
        ("page load to first painted frame", 1.5, False, "s"),
        (PAINTED, 30, True, "1/s"),
        (BYTES, 200, False, "kB/s"),
        (FIGURE_1, 215, False, "kB/s"),
    )
    return [BenchRow(what, None, budget, up, unit, {"skipped": reason}) for what, budget, up, unit in names]
