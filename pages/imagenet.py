"""The paper's ImageNet results: its tables, number by number, and a small reproduction."""

from bnviz.chapters.imagenet import paper_part
from bnviz.chapters.imagenet.parts import ours
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "table": Part(paper_part.paper_table, "published"),
    "curves": Part(paper_part.paper_curves, "schematic"),
    "list": Part(paper_part.paper_changes, "published"),
    "ensemble": Part(paper_part.paper_ensemble, "published"),
    "ours": Part(ours, "recorded"),
}

chapter_page("imagenet", "imagenet_part", PARTS)
