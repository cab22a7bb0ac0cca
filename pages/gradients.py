"""Gradients, scaling and loss contours: the slope in every direction, two features, real networks."""

from bnviz.chapters.gradients import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {"dial": Part(parts.dial), "scaling": Part(parts.scaling), "nets": Part(parts.nets)}

chapter_page("gradients", "grad_part", PARTS)
