"""Regularization: batches rain on a line, their mean trembles, and a recorded study asks whether that helps."""

from bnviz.chapters.regularization.explore_part import explore
from bnviz.chapters.regularization.stage_data import stage_data
from bnviz.ui.stage import chapter_stage

chapter_stage("regularization", explore, badge="both", data=stage_data())
