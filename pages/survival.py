"""Survival map: paint where a net still learns, watch the recorded map fill in, brush to compare; or train a map."""

from bnviz.chapters.survival.parts import explore
from bnviz.chapters.survival.stage_data import stage_data
from bnviz.ui.stage import chapter_stage

chapter_stage("survival", explore, badge="recorded", data=stage_data())
