"""Saturation and depth: one unit, every layer of a run, two limits, and what depth does to the gradient."""

from bnviz.chapters.saturation import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "unit": Part(parts.unit),
    "layers": Part(parts.layers),
    "limits": Part(parts.limits),
    "depth": Part(parts.depth),
}

chapter_page("saturation", "sat_part", PARTS)
