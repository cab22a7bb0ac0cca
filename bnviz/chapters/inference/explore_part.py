"""What the chapter has beyond its picture: five parts with figures, controls and a recorded study."""

from __future__ import annotations

from bnviz.chapters.inference import parts
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "jitter": Part(parts.batch_dependence),
    "chase": Part(parts.running_statistics),
    "study": Part(parts.study, badge="recorded"),
    "repair": Part(parts.repair),
    "fold": Part(parts.fold),
}


def explore() -> None:
    """Draw the chosen part below its badge."""
    chapter_page("inference", "inf_part", PARTS)
