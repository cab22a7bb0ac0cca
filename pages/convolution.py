"""Convolution: what BN averages over there, and what it brings in nets that people train."""

import streamlit as st

from bnviz.ui.chapter import opening
from bnviz.ui.chapter_controls import choose
from bnviz.ui.convolution_curves import curves
from bnviz.ui.convolution_insert import insert
from bnviz.ui.convolution_live import train
from bnviz.ui.convolution_maps import per_map
from bnviz.ui.convolution_pictures import show_pictures

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
