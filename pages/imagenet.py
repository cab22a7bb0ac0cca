"""The paper's ImageNet results: five networks race to 72.2 %, and a small reproduction."""

from bnviz.chapters.imagenet.explore_part import explore
from bnviz.chapters.imagenet.stage_data import stage_data
from bnviz.ui.stage import chapter_stage

chapter_stage("imagenet", explore, badge="published", data=stage_data())
