"""The transform: drag one sample of a batch and see all outputs move."""

from bnviz.chapters.transform.explore_part import explore
from bnviz.ui.stage import chapter_stage

chapter_stage("transform", explore)
