"""Training and inference: one image among changing mates, and the running statistics that take their place."""

from bnviz.chapters.inference.explore_part import explore
from bnviz.chapters.inference.stage_data import stage_data
from bnviz.ui.stage import chapter_stage

chapter_stage("inference", explore, badge="both", data=stage_data())
