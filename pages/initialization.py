"""Learning rate and initialization: what BN makes of the size of the weights, and what it does not."""

from bnviz.chapters.initialization.explore_part import explore
from bnviz.chapters.initialization.stage_data import stage_data
from bnviz.ui.stage import chapter_stage

chapter_stage("initialization", explore, badge="both", data=stage_data())
