"""Convolution: what BN averages over in feature maps, and its effect in common networks."""

from bnviz.chapters.convolution import curves_part, late_bn_part, live_part, maps_part, pictures_part
from bnviz.ui.chapter import Part, chapter_page

PARTS = {
    "train": Part(live_part.train, "recorded"),
    "curves": Part(curves_part.curves, "recorded"),
    "maps": Part(maps_part.per_map),
    "pictures": Part(pictures_part.show_pictures, "recorded"),
    "insert": Part(late_bn_part.insert, "recorded"),
}

chapter_page("convolution", "conv_part", PARTS)
