"""The moving pictures of the README: the lab as it opens, and a stage under the hand, both from the real app."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bnviz.api.record import RecordOptions
from bnviz.bench.app_in_browser import app_in_browser

DOCS = Path(__file__).resolve().parents[2] / "docs"
LARGEST = 3_000_000
"""Bytes of a picture."""
WINDOW = {"width": 1400, "height": 900}
WIDTH, COLORS, FRAME_MS = 1000, 160, 120
"""Pixels and colors of a picture, and how long a frame of it is shown."""
PATIENCE_MS = 60_000


def record_pictures(options: RecordOptions) -> list[Path]:
    """Make the moving pictures; the parts are "lab" and "stage"."""
    folder = options.folder or DOCS
    written: list[Path] = []
    with app_in_browser() as (browser, url):
        for name in options.parts_of(list(SCENES)):
            options.on_progress(f"{name} ...")
            page = browser.new_context(viewport=WINDOW, color_scheme="light").new_page()
            written.append(folder / f"{name}.png")
            written[-1].write_bytes(_animated(SCENES[name](page, url)))
    return written


def _lab(page: Any, url: str) -> Iterator[bytes]:  # noqa: ANN401 - Playwright is optional
    """The loop that the lab opens with."""
    page.goto(url)
    page.locator('[data-testid="live-view"]').wait_for(timeout=PATIENCE_MS)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    view = page.locator('[data-testid="live-view"]')
    for _ in range(40):
        step = view.get_attribute("data-step")
        yield page.screenshot()
        page.wait_for_function(
            "([view, step]) => view.dataset.step !== step", arg=[view.element_handle(), step], timeout=PATIENCE_MS
        )


def _stage(page: Any, url: str) -> Iterator[bytes]:  # noqa: ANN401 - Playwright is optional
    """One sample of the transform, dragged there and back; a ring shows where the hand is."""
    page.goto(f"{url}/transform")
    picture = page.locator('[data-testid="stage"][data-drawn]')
    picture.wait_for(timeout=PATIENCE_MS)
    page.add_style_tag(content=_HAND_STYLE)
    page.evaluate("document.body.append(Object.assign(document.createElement('div'), { id: 'hand' }))")
    box = picture.locator('[role="slider"]').nth(5).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    way = [*range(0, 17), *range(16, -9, -1), *range(-8, 1)]
    for place in way:
        at = x + 12 * place
        page.mouse.move(at, y)
        page.evaluate("([x, y]) => { hand.style.translate = `${x}px ${y}px`; }", [at, y])
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        yield page.screenshot()
    page.mouse.up()


_HAND_STYLE = """#hand { position: fixed; left: -18px; top: -18px; width: 36px; height: 36px; box-sizing: border-box;
border: 3px solid #1a2233; border-radius: 50%; opacity: 0.55; z-index: 1000000; pointer-events: none; }"""

SCENES: Mapping[str, Callable[[Any, str], Iterator[bytes]]] = {"lab": _lab, "stage": _stage}


def _animated(shots: Iterator[bytes]) -> bytes:
    """Return screenshots as one animated PNG that repeats."""
    from PIL import Image

    frames = []
    for shot in shots:
        image = Image.open(io.BytesIO(shot)).convert("RGB")
        size = (WIDTH, round(image.height * WIDTH / image.width))
        frames.append(image.resize(size, Image.Resampling.LANCZOS))
    # One palette for all frames, from three of them: what does not move compresses to nothing.
    some = Image.new("RGB", (frames[0].width, 3 * frames[0].height))
    for place, frame in enumerate((frames[0], frames[len(frames) // 2], frames[-1])):
        some.paste(frame, (0, place * frame.height))
    palette = some.quantize(COLORS, method=Image.Quantize.MAXCOVERAGE)
    first, *others = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    out = io.BytesIO()
    first.save(out, "PNG", save_all=True, append_images=others, duration=FRAME_MS, loop=0, optimize=True)
    if out.tell() > LARGEST:
        raise ValueError(f"a picture of {out.tell()} bytes is larger than {LARGEST}")
    return out.getvalue()
