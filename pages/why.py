"""Why it works: covariate shift and smoothness, measured, beside the claims about them."""

from bnviz.chapters.why import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "shift": Part(parts.shift, "recorded"),
    "noisy": Part(parts.noisy, "recorded"),
    "smooth": Part(parts.smooth, "recorded"),
    "identity": Part(parts.identity),
    "linear": Part(parts.linear, "recorded"),
}

chapter_page("why", "why_part", PARTS)
