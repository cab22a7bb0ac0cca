"""Data: the data sets, fetched only on request, and the visitor's own."""

from bnviz.chapters.data.parts import data_page

data_page()
