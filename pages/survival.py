"""Survival map: which nets learn over two settings, without BN and with it, filling in as they train."""

from bnviz.chapters.survival.parts import survival_page

survival_page()
