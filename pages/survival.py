"""Survival map: which networks learn over two settings, without and with BN; it fills while they train."""

from bnviz.chapters.survival.parts import survival_page

survival_page()
