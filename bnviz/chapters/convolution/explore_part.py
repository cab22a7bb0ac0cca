"""What the chapter has beyond its picture: five parts, and the values that the picture gets."""

from __future__ import annotations

from typing import Any

from bnviz.chapters.convolution import curves_part, late_bn_part, live_part, maps_part, pictures_part, recorded_weights
from bnviz.chapters.convolution.stage_data import Recording, stage_data
from bnviz.ui.chapter import Part, parts_of
from bnviz.ui.studies import device_of, recorded_study

PARTS = {
    "train": Part(live_part.train, "recorded"),
    "curves": Part(curves_part.curves, "recorded"),
    "maps": Part(maps_part.per_map),
    "pictures": Part(pictures_part.show_pictures, "recorded"),
    "insert": Part(late_bn_part.insert, "recorded"),
}


def explore() -> None:
    """Draw the choice of a part, its badge, and the part."""
    parts_of("convolution", "conv_part", PARTS)


def picture_data() -> dict[str, Any]:
    """Return the values that the picture gets."""
    found = [
        Recording(study, device_of(study, name))
        for name in reversed(curves_part.WIDTHS)
        if (study := recorded_study(name))
    ]
    return stage_data(recorded_weights.recorded()[0], found)
