"""Convolution: what BN averages over there, and what it brings in nets that people train."""

import streamlit as st

from bnviz.chapters.convolution.curves_part import curves
from bnviz.chapters.convolution.late_bn_part import insert
from bnviz.chapters.convolution.live_part import train
from bnviz.chapters.convolution.maps_part import per_map
from bnviz.chapters.convolution.pictures_part import show_pictures
from bnviz.ui.chapter import opening
from bnviz.ui.widgets import choose

PARTS = {
    "train": (train, "recorded"),
    "curves": (curves, "recorded"),
    "maps": (per_map, "live"),
    "pictures": (show_pictures, "recorded"),
    "insert": (insert, "recorded"),
}

title = st.container()
draw, badge = PARTS[choose(st, "conv_part", "convolution.part", tuple(PARTS), "convolution.parts")]
with title:
    opening("convolution", badge)
draw()
