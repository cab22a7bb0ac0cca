"""Relatives: the block of values, and which of them share a mean under each normalizer."""

from bnviz.chapters.relatives.explore_part import explore, picture_data
from bnviz.ui.stage import chapter_stage

chapter_stage("relatives", explore, badge="both", data=picture_data())
