"""Data: what the networks can learn from, fetched only when asked, and the visitor's own."""

from bnviz.chapters.data.parts import data_page

data_page()
