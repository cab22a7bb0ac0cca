"""What the chapter has beyond its picture: its three parts."""

from __future__ import annotations

from bnviz.chapters.gradients import parts
from bnviz.ui.chapter import Part, parts_of

PARTS = {"dial": Part(parts.dial), "scaling": Part(parts.scaling), "nets": Part(parts.nets)}


def explore() -> None:
    """Draw the choice of a part, and the part."""
    parts_of("gradients", "grad_part", PARTS)
