"""The paper's ImageNet results: its tables exactly, and a small form of them that was run here."""

from bnviz.chapters.imagenet import paper_part as paper
from bnviz.chapters.imagenet.parts import ours
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "table": Part(paper.paper_table, "published"),
    "curves": Part(paper.paper_curves, "schematic"),
    "list": Part(paper.paper_changes, "published"),
    "ensemble": Part(paper.paper_ensemble, "published"),
    "ours": Part(ours, "recorded"),
}

chapter_page("imagenet", "imagenet_part", PARTS)
