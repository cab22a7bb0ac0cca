"""Posters of the pages: pictures of the real app, which stand in the HTML until the page's own picture is there.

A poster shows no words, so that one serves all languages. Where it stands is measured in two windows of different
sizes; in others, each side is a length in pixels and a share of the window.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bnviz.api.record import RecordOptions
from bnviz.bench.app_in_browser import app_in_browser
from bnviz.cli.record_early_places import early_places
from bnviz.text.titles import page_names
from bnviz.web.early_place import PLACES
from bnviz.web.posters import POSTERS, STAGES

LARGEST = 34_000
"""Bytes of a poster."""
WINDOWS: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "wide": ((1400, 900), (1600, 1000)),
    "narrow": ((390, 844), (430, 932)),
}
"""The window of the picture, and a second one in which its box is measured."""
SETTLED_MS, PATIENCE_MS = 400, 60_000

# Pictures are drawn with words as canvas text, SVG text or HTML; none of them is painted.
_WITHOUT_WORDS = """
for (const name of ["fillText", "strokeText"]) CanvasRenderingContext2D.prototype[name] = () => {};
addEventListener("bnviz:first-frame", () => { window.bnvizFirstFrame = true; });
"""
_BOX = """stage => {
  const { left, top, right, bottom } = stage.getBoundingClientRect();
  const style = "*, text { color: transparent !important; caret-color: transparent !important; }";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${style} text, math { visibility: hidden !important; }`);
  const root = stage.getRootNode();
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const visible = { right: Math.min(right, innerWidth), bottom: Math.min(bottom, innerHeight) };
  return [left, top, visible.right - left, visible.bottom - top];
}"""


def record_posters(options: RecordOptions) -> list[Path]:
    """Make the posters of the pages that have a picture; the parts are names of pages."""
    folder = options.folder or POSTERS
    index = folder / "posters.json"
    boxes = json.loads(index.read_text(encoding="utf-8")) if index.is_file() else {}
    written: list[Path] = []
    with app_in_browser() as (browser, url):
        for page in options.parts_of(sorted(page_names())):
            options.on_progress(f"{page} ...")
            address = url if page == "lab" else f"{url}/{page}"
            found = {size: _measured(browser, address, windows) for size, windows in WINDOWS.items()}
            if any(box is None for box in found.values()):
                boxes.pop(page, None)
                continue
            boxes[page] = found
            for size, (window, _) in WINDOWS.items():
                for theme in ("light", "dark"):
                    written.append(folder / f"{page}-{size}-{theme}.webp")
                    written[-1].write_bytes(_webp(_picture(browser, address, window, theme)))
            if page == "lab":
                places = {language: early_places(browser, address, language) for language in ("en", "zh")}
                written.append(folder / PLACES.name)
                written[-1].write_text(_lines(places), encoding="utf-8")
    index.write_text(json.dumps(boxes, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return [*written, index]


def _lines(places: Mapping[str, list[list[float]]]) -> str:
    """Return places as JSON, one a line."""
    each = {name: ",\n  ".join(json.dumps(place) for place in listed) for name, listed in places.items()}
    return "{\n" + ",\n".join(f' "{name}": [\n  {listed}\n ]' for name, listed in each.items()) + "\n}\n"


def _open(browser: Any, address: str, window: tuple[int, int], theme: str) -> Any:  # noqa: ANN401 - Playwright is optional
    size = {"width": window[0], "height": window[1]}
    context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(_WITHOUT_WORDS)
    page.goto(address)
    return page


def _box(page: Any) -> list[float] | None:  # noqa: ANN401 - Playwright is optional
    """Return where the picture is once it is there; None if the page has none."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE_MS)
    stage = page.locator(STAGES)
    if not stage.count():
        page.wait_for_timeout(4000)
        if not stage.count():
            return None
    page.wait_for_function("() => window.bnvizFirstFrame", timeout=PATIENCE_MS)
    page.wait_for_timeout(SETTLED_MS)
    box: list[float] = stage.first.evaluate(_BOX)
    return box


def _measured(browser: Any, address: str, windows: tuple[tuple[int, int], ...]) -> dict[str, list[float]] | None:  # noqa: ANN401
    """Return each side of the picture's box as pixels and share of the window's width or height, in percent.

    The top is that of the first window: it depends on how the words above wrap.
    """
    boxes = []
    for window in windows:
        page = _open(browser, address, window, "light")
        boxes.append(_box(page))
        page.context.close()
    one, other = boxes
    if one is None or other is None:
        return None
    (left, top, width, height), (left2, top2, width2, height2) = one, other
    (wide, high), (wide2, high2) = windows
    bottom, share = _line(high, top + height, high2, top2 + height2)
    return {
        "left": [*_line(wide, left, wide2, left2)],
        "top": [round(top, 2), 0],
        "width": [*_line(wide, width, wide2, width2)],
        "height": [round(bottom - top, 2), share],
    }


def _line(x: float, y: float, x2: float, y2: float) -> tuple[float, float]:
    """Return the line through two points: its height at 0, and 100 times its slope."""
    slope = (y2 - y) / (x2 - x)
    return round(y - slope * x, 2), round(100 * slope, 3)


def _picture(browser: Any, address: str, window: tuple[int, int], theme: str) -> bytes:  # noqa: ANN401
    page = _open(browser, address, window, theme)
    box = _box(page)
    assert box is not None
    clip = dict(zip(("x", "y", "width", "height"), box, strict=True))
    png: bytes = page.screenshot(clip=clip)
    page.context.close()
    return png


def _webp(png: bytes) -> bytes:
    """Return a picture as WebP of at most LARGEST bytes."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (80, 65, 50, 35, 20, 5):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        if len(out.getvalue()) <= LARGEST:
            break
    return out.getvalue()
