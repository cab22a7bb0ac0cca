"""Why not just whiten? Detached statistics, whitening against BN, and its price."""

from bnviz.chapters.whitening import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "bias": Part(parts.bias),
    "net": Part(parts.net),
    "covariance": Part(parts.covariance),
    "price": Part(parts.price),
}

chapter_page("whitening", "why", PARTS)
