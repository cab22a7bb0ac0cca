"""What the chapter has beyond its picture: six parts, and the values that the picture gets."""

from __future__ import annotations

from typing import Any

from bnviz.chapters.relatives import axes_part, compare_part, studies_part
from bnviz.chapters.relatives.stage_data import stage_data
from bnviz.ui.chapter import Part, parts_of
from bnviz.ui.studies import recorded_study

PARTS = {
    "axes": Part(axes_part.draw),
    "compare": Part(compare_part.draw, "recorded"),
    "batches": Part(studies_part.batches, "recorded"),
    "recurrent": Part(studies_part.recurrent, "recorded"),
    "domain": Part(studies_part.domain, "recorded"),
    "dropout": Part(studies_part.dropout, "recorded"),
}


def explore() -> None:
    """Draw the choice of a part, its badge, and the part."""
    parts_of("relatives", "rel_part", PARTS)


def picture_data() -> dict[str, Any]:
    """Return the values that the picture gets."""
    return stage_data(recorded_study("relatives"), recorded_study("batch-size"))
