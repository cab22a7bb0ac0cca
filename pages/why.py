"""Why it works: walk along the gradient by hand; covariate shift and smoothness, measured, beside the claims."""

from bnviz.chapters.why.explore_part import explore
from bnviz.chapters.why.stage_data import stage_data
from bnviz.ui.stage import chapter_stage

chapter_stage("why", explore, badge="recorded", data=stage_data())
