"""What the chapter has beyond its picture: five parts with figures, tables and runs."""

from __future__ import annotations

from bnviz.chapters.why import parts
from bnviz.ui.chapter import Part, parts_of

PARTS = {
    "shift": Part(parts.shift, "recorded"),
    "noisy": Part(parts.noisy, "recorded"),
    "smooth": Part(parts.smooth, "recorded"),
    "identity": Part(parts.identity),
    "linear": Part(parts.linear, "recorded"),
}


def explore() -> None:
    """Draw the choice of a part, its badge and the part."""
    parts_of("why", "why_part", PARTS)
