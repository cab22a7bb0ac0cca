"""What the chapter has beyond its picture: its four parts."""

from __future__ import annotations

from bnviz.chapters.saturation import parts
from bnviz.ui.chapter import Part, parts_of

PARTS = {
    "unit": Part(parts.unit),
    "layers": Part(parts.layers),
    "limits": Part(parts.limits),
    "depth": Part(parts.depth),
}


def explore() -> None:
    """Draw the choice of a part, and the part."""
    parts_of("saturation", "sat_part", PARTS)
