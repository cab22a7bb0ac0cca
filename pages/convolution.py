"""Convolution: digit, filters and feature maps, and which values of a batch share a mean."""

from bnviz.chapters.convolution.explore_part import explore, picture_data
from bnviz.ui.stage import chapter_stage

chapter_stage("convolution", explore, badge="both", data=picture_data())
