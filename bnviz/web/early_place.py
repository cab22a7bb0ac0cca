"""Where the lab's first frames are drawn until its view is there, in windows of every width."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bnviz.web.posters import POSTERS

EARLY = "bnviz-early"
"""Id of the place."""
PLACES = POSTERS / "early_places.json"


class Place(NamedTuple):
    """Where the view stands in windows of a width or more, in pixels from the window's left, right and top."""

    width: int
    left: float
    right: float
    top: float


def early_place(language: str) -> str:
    """Return the HTML of the place for the first frames.

    Above the view there are words, which take more lines in narrow windows, not in the same ones in each language:
    ``python -m bnviz record posters lab`` measures where.
    """
    places = _places().get(language, ())
    if not places:
        return ""
    return f'<style>{"".join(_rules(places))}</style>\n<div id="{EARLY}" inert aria-hidden="true"></div>\n'


@lru_cache(maxsize=1)
def _places() -> dict[str, tuple[Place, ...]]:
    if not PLACES.is_file():
        return {}
    found = json.loads(PLACES.read_text(encoding="utf-8"))
    return {language: tuple(Place(*each) for each in places) for language, places in found.items()}


def _rules(places: Sequence[Place]) -> list[str]:
    last = Place(100_000, 0, 0, 0)
    return [
        f"@media (min-width:{place.width}px) and (max-width:{after.width - 0.02:.2f}px){{#{EARLY}{{display:block;"
        f"left:{place.left:g}px;width:calc(100vw - {place.left + place.right:g}px);"
        f"top:{place.top:g}px;height:calc(100vh - {place.top:g}px);}}}}"
        for place, after in pairwise((*places, last))
    ]
