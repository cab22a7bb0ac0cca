"""Relatives and beyond: other sets of values to average over, and the results of each."""

from bnviz.chapters.relatives import axes_part, compare_part, studies_part
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "axes": Part(axes_part.draw),
    "compare": Part(compare_part.draw, "recorded"),
    "batches": Part(studies_part.batches, "recorded"),
    "recurrent": Part(studies_part.recurrent, "recorded"),
    "domain": Part(studies_part.domain, "recorded"),
    "dropout": Part(studies_part.dropout, "recorded"),
}

chapter_page("relatives", "rel_part", PARTS)
