"""What the chapter has beyond its picture: the paper's tables number by number, and our own runs."""

from __future__ import annotations

from bnviz.chapters.imagenet import paper_part
from bnviz.chapters.imagenet.parts import ours
from bnviz.ui.chapter import Part, parts_of

PARTS = {
    "table": Part(paper_part.paper_table, "published"),
    "curves": Part(paper_part.paper_curves, "schematic"),
    "list": Part(paper_part.paper_changes, "published"),
    "ensemble": Part(paper_part.paper_ensemble, "published"),
    "ours": Part(ours, "recorded"),
}


def explore() -> None:
    """Draw the choice of a part and the part."""
    parts_of("imagenet", "imagenet_part", PARTS)
