"""What the chapter has beyond its picture: its four parts, each with the badge of its numbers."""

from __future__ import annotations

from bnviz.chapters.whitening import parts
from bnviz.ui.chapter import Part, parts_of

PARTS = {
    "bias": Part(parts.bias),
    "net": Part(parts.net),
    "covariance": Part(parts.covariance),
    "price": Part(parts.price),
}


def explore() -> None:
    """Draw the choice of a part, its badge and the part."""
    parts_of("whitening", "why", PARTS)
