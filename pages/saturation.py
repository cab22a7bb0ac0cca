"""Saturation and depth: push a bell along the sigmoid and see how much gradient is left."""

from bnviz.chapters.saturation.explore_part import explore
from bnviz.chapters.saturation.stage_data import stage_data
from bnviz.ui.stage import chapter_stage

chapter_stage("saturation", explore, badge="both", data=stage_data())
