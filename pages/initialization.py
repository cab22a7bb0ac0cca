"""Learning rate and initialization: what BN makes of the size of the weights, and what it does not."""

from bnviz.chapters.initialization import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "scale": Part(parts.scale),
    "norm": Part(parts.norm),
    "start": Part(parts.start, badge="recorded"),
    "rate": Part(parts.rate, badge="recorded"),
}

chapter_page("initialization", "init_part", PARTS)
