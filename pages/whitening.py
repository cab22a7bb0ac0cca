"""Why not just whiten? A gradient that forgets the statistics, whitening against BN, and its price."""

import streamlit as st

from bnviz.chapters.whitening import parts
from bnviz.ui.chapter import opening
from bnviz.ui.widgets import choose

PARTS = {"bias": parts.bias, "net": parts.net, "covariance": parts.matrices, "price": parts.price}

opening("whitening", "live")
PARTS[choose(st.container(), "why", "whitening.part", tuple(PARTS), "whitening.parts")]()
