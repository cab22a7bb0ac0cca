"""Posters: what a page looks like before its own picture is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bnviz.web.asset_files import ASSETS

POSTERS = ASSETS / "posters"
STAGES = '[data-testid="live-view"], [data-testid="stage"]'
"""The elements whose picture a poster is."""
WIDE, NARROW = "(min-width: 1100px)", "(max-width: 600px)"
"""Windows for which there are posters."""
DARK = "(prefers-color-scheme: dark)"


@dataclass(frozen=True, slots=True)
class Poster:
    """The HTML of a poster: what asks for its picture in the head, and what shows it in the body."""

    head: str
    body: str


def poster_of(page: str, version: str) -> Poster | None:
    """Return the poster of a page; None if it has none.

    ``python -m bnviz record posters`` makes the pictures, and the boxes in which they stand: each side is a length in
    pixels and a share of the window, as measured in two windows.
    """
    boxes = _boxes_of(page)
    if boxes is None:
        return None
    files = {
        f"{media} and {scheme}": f"./bnviz/assets/v-{version}/posters/{page}-{size}-{theme}.webp"
        for size, media in (("wide", WIDE), ("narrow", NARROW))
        for theme, scheme in (("dark", DARK), ("light", "(prefers-color-scheme: light)"))
    }
    head = "".join(
        f'<link rel="preload" as="image" fetchpriority="high" media="{media}" href="{file}">\n'
        for media, file in files.items()
    )
    sources = "".join(f'<source media="{media}" srcset="{file}">' for media, file in files.items())
    style = f"{_box('bnviz-poster', boxes['wide'], WIDE)}{_box('bnviz-poster', boxes['narrow'], NARROW)}"
    blank = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
    picture = f'<picture>{sources}<img src="{blank}" alt="" decoding="sync"></picture>'
    return Poster(head, f'<style>{style}</style>\n<div id="bnviz-poster" aria-hidden="true">{picture}</div>\n')


def _boxes_of(page: str) -> dict[str, Any] | None:
    index = POSTERS / "posters.json"
    return json.loads(index.read_text(encoding="utf-8")).get(page) if index.is_file() else None


def _box(ident: str, sides: Mapping[str, Any], media: str) -> str:
    rules = "".join(
        f"{side}:calc({pixels:g}px + {share:g}{unit});"
        for side, unit in (("left", "vw"), ("width", "vw"), ("top", "vh"), ("height", "vh"))
        for pixels, share in (sides[side],)
    )
    return f"@media {media}{{#{ident}{{display:block;{rules}}}}}"
