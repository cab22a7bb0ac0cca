"""What the chapter has beyond its picture: all pitfalls as programs, and three frameworks side by side."""

from __future__ import annotations

from bnviz.chapters.pitfalls.frameworks_part import side_by_side
from bnviz.chapters.pitfalls.parts import cards
from bnviz.ui.chapter import Part, parts_of

PARTS = {"cards": Part(cards), "frameworks": Part(side_by_side)}


def explore() -> None:
    """Draw the choice of a part and the part."""
    parts_of("pitfalls", "pit_part", PARTS)
