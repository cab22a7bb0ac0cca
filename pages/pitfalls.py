"""Pitfalls: a number in ordinary code to drag, programs that show each pitfall, and three frameworks."""

from bnviz.chapters.pitfalls.explore_part import explore
from bnviz.ui.stage import chapter_stage

chapter_stage("pitfalls", explore)
