"""Where the lab's view stands in windows of every width, measured in the real app."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

WIDTHS = ((320, 400, 480, 560, 600, 601, 640, 641, 700, 760, 820, 880, 940, 999), (1000, 1050, 1100, 1200, 1300, 1500))
"""Between two windows of these widths, the place changes once at most; the controls beside it, which keep their state
while a window is resized, are open where a page is opened in a window of the second kind."""
HEIGHT = 900
PATIENCE_MS, SETTLED_MS = 60_000, 150
_BOX = """view => {
  const { left, right, top } = view.getBoundingClientRect();
  return [left, innerWidth - right, top].map((side) => Math.round(100 * side) / 100);
}"""
Sides = tuple[float, ...]


def early_places(browser: Any, address: str, language: str) -> list[list[float]]:  # noqa: ANN401 - Playwright is optional
    """Return the places of the view in one language: [least width of the window, left, right, top], narrow first."""
    page = browser.new_page(reduced_motion="reduce")
    changes: list[tuple[int, Sides]] = []

    def at(width: int) -> Sides:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.wait_for_timeout(SETTLED_MS)
        box: list[float] = page.get_by_test_id("live-view").evaluate(_BOX)
        return tuple(box)

    for widths in WIDTHS:
        page.set_viewport_size({"width": widths[0], "height": HEIGHT})
        page.goto(f"{address}/?lang={language}")
        page.locator(":root:not(.bnviz-waiting)").wait_for(state="attached", timeout=PATIENCE_MS)
        found = [(width, at(width)) for width in widths]
        changes.append(found[0])
        for (low, here), (high, there) in pairwise(found):
            if here != there:
                changes.append((_first(at, low, high, there), there))
    page.close()
    return [[0 if number == 0 else width, *sides] for number, (width, sides) in enumerate(changes)]


def _first(at: Callable[[int], Sides], low: int, high: int, there: Sides) -> int:
    """Return the least width with the sides of the wider window."""
    while high - low > 1:
        middle = (low + high) // 2
        if at(middle) == there:
            high = middle
        else:
            low = middle
    return high
