"""Gradients: one ball in three valleys, whose shapes are those of the inputs."""

from bnviz.chapters.gradients.explore_part import explore
from bnviz.ui.stage import chapter_stage

chapter_stage("gradients", explore)
