"""What the chapter has beyond its picture: its four parts, each with the badge of its numbers."""

from __future__ import annotations

from bnviz.chapters.initialization import parts
from bnviz.ui.chapter import Part, parts_of

PARTS = {
    "scale": Part(parts.scale),
    "norm": Part(parts.norm),
    "start": Part(parts.start, badge="recorded"),
    "rate": Part(parts.rate, badge="recorded"),
}


def explore() -> None:
    """Draw the choice of a part, its badge and the part."""
    parts_of("initialization", "init_part", PARTS)
